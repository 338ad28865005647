/** Notifications of the desktop. The browser is asked only after somebody has switched them on in the page. */
import { signal, type ReadonlySignal } from '@preact/signals';

import type { Clicked } from './notices.ts';

/** `missing`: this browser has none, or only on pages with https. */
export type Permission = NotificationPermission | 'missing';

export interface DesktopNotice {
  readonly title: string;
  readonly body: string;
  /** The conversation; empty for none. A later notice about the same one takes the earlier one's place. */
  readonly tag: string;
}

export interface Desktop {
  readonly permission: ReadonlySignal<Permission>;
  ask(): Promise<Permission>;
  /** False when it could not be shown. */
  show(notice: DesktopNotice): Promise<boolean>;
}

const WORKER = '/live-chat/notices.js';

/** `open`: somebody has clicked on a notice about this conversation. */
export function createDesktop(open: (conversationId: string) => void): Desktop {
  const permission = signal<Permission>(now());
  globalThis.navigator?.serviceWorker?.addEventListener('message', ({ data }: MessageEvent<Clicked>) => come(data.tag));

  function come(tag: string): void {
    window.focus();
    if (tag) open(tag);
  }

  async function ask(): Promise<Permission> {
    if (permission.peek() !== 'missing') await Notification.requestPermission().catch(() => undefined);
    return (permission.value = now());
  }

  async function show(notice: DesktopNotice): Promise<boolean> {
    permission.value = now();
    if (permission.peek() !== 'granted') return false;
    try {
      const shown = new Notification(notice.title, optionsOf(notice));
      shown.onclick = () => {
        come(notice.tag);
        shown.close();
      };
      return true;
    } catch {
      // Android's browsers have the name, and let only service workers use it.
      return showByWorker(notice).then(() => true, () => false);
    }
  }

  return { permission, ask, show };
}

async function showByWorker(notice: DesktopNotice): Promise<void> {
  await navigator.serviceWorker.register(trusted(WORKER));
  const worker = await navigator.serviceWorker.ready;
  await worker.showNotification(notice.title, optionsOf(notice));
}

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL: () => string }): { createScriptURL(address: string): string };
}

/** The page's policy lets this one address become a script, and no other (dashboard/pages/inbox.py). */
function trusted(address: string): string {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  policy ??= trustedTypes?.createPolicy('notices', { createScriptURL: () => WORKER });
  return policy ? policy.createScriptURL(address) : address;
}

let policy: ReturnType<TrustedTypes['createPolicy']> | undefined;

const optionsOf = ({ body, tag }: DesktopNotice): NotificationOptions => ({ body, tag, icon: icon() });
const now = (): Permission => (typeof Notification === 'undefined' ? 'missing' : Notification.permission);
const icon = (): string => document.querySelector<HTMLLinkElement>('link[rel="icon"]')?.href ?? '';
