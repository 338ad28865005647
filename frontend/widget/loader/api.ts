/** `window.ChatPlatform`: each method returns a promise, calls made before loading are caught up, `push` goes on working. */
import type { CallName } from '../port.ts';
import { call, mount } from './bridge.ts';

type Method = (...args: never[]) => unknown;
type QueuedCall = [name: string, ...args: never[]];

/** Said about the visitor, not by the visitor: kept until the chat is opened. */
const QUIET: CallName[] = ['identify', 'setCustomAttributes', 'setColorScheme', 'consent', 'reset'];
/** Acts of the visitor: these bring the chat in. */
const INTENT: CallName[] = ['prefill', 'sendMessage', 'requestHuman'];

const page = window as { ChatPlatform?: unknown };

export function publish(controls: Record<string, Method>): void {
  const api: Record<string, Method> = { on, push };
  for (const name in controls) api[name] = async (...args) => controls[name]!(...args);
  for (const name of [...QUIET, ...INTENT]) {
    api[name] = async (...args) => {
      if (INTENT.includes(name)) mount();
      return call(name, args);
    };
  }

  function push(...queued: QueuedCall[]): void {
    for (const [name, ...args] of queued) api[name]?.(...args);
  }

  const queued = page.ChatPlatform ?? [];
  page.ChatPlatform = api;
  push(...(queued as QueuedCall[]));
}

/** Before us there is nothing or a queue; a second script tag finds the object of the first. */
export const isPublished = (): boolean => !Array.isArray(page.ChatPlatform ?? []);

export function withdraw(): void {
  delete page.ChatPlatform;
}

/** Hears one of our events; the answer takes the listener away again. */
function on(name: string, listener: (detail: unknown) => void): () => void {
  const hear = (event: Event): void => listener((event as CustomEvent).detail);
  addEventListener(PREFIX + name, hear);
  return () => removeEventListener(PREFIX + name, hear);
}

export function announce(name: string, detail?: unknown): void {
  dispatchEvent(new CustomEvent(PREFIX + name, { detail }));
}

const PREFIX = 'chatplatform:';
