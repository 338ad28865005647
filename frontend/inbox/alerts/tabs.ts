/** All tabs in which this person has the inbox open: one of them speaks, and each says what is on its screen. */
import { signal, type ReadonlySignal } from '@preact/signals';

export interface Tabs {
  /** Desktop notifications are this tab's to show. */
  readonly speaks: ReadonlySignal<boolean>;
  /** Sounds are this tab's to make: of those that the browser lets, which a tab says by `unlock`. */
  readonly sounds: ReadonlySignal<boolean>;
  unlock(): void;
  /** What stands on this tab's screen; null while it is hidden or shows no conversation. */
  show(conversationId: string | null): void;
  isOnSomeScreen(conversationId: string): boolean;
  /** Every tab falls silent, this one as well. */
  silence(): void;
  onSilence(hear: () => void): void;
}

type Said = { kind: 'screen'; tab: string; id: string | null } | { kind: 'silence' };

const AGAIN_MS = 4000;
/** A tab that crashed takes nothing back. */
const FORGOTTEN_MS = 12_000;

export function createTabs(userId: number, locks: LockManager | undefined = globalThis.navigator?.locks): Tabs {
  const speaks = locked(`inbox:speaks:${userId}`, locks);
  const sounds = locked(`inbox:sounds:${userId}`, locks);
  const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(`inbox:tabs:${userId}`);
  const me = crypto.randomUUID();
  const screens = new Map<string, { id: string; at: number }>();
  const hearers: (() => void)[] = [];
  let shown: string | null = null;
  let timer: ReturnType<typeof setInterval> | undefined;

  const say = (said: Said): void => channel?.postMessage(said);

  function show(id: string | null): void {
    shown = id;
    say({ kind: 'screen', tab: me, id });
    clearInterval(timer);
    if (id) timer = setInterval(() => say({ kind: 'screen', tab: me, id }), AGAIN_MS);
  }

  function hear(said: Said): void {
    if (said.kind === 'silence') for (const one of hearers) one();
    else if (said.id) screens.set(said.tab, { id: said.id, at: Date.now() });
    else screens.delete(said.tab);
  }

  channel?.addEventListener('message', (event: MessageEvent<Said>) => hear(event.data));
  globalThis.addEventListener?.('pagehide', () => show(null));
  speaks.ask();

  return {
    speaks: speaks.has,
    sounds: sounds.has,
    unlock: sounds.ask,
    show,
    isOnSomeScreen: (id) => shown === id || [...screens.values()].some((one) => one.id === id && Date.now() - one.at < FORGOTTEN_MS),
    silence: () => {
      hear({ kind: 'silence' });
      say({ kind: 'silence' });
    },
    onSilence: (one) => void hearers.push(one),
  };
}

/** Held until the tab is closed. Without locks, as on an address without https, every tab speaks. */
function locked(name: string, locks: LockManager | undefined): { has: ReadonlySignal<boolean>; ask: () => void } {
  const has = signal(false);
  let isAsked = false;
  const ask = (): void => {
    if (isAsked) return;
    isAsked = true;
    if (!locks) return void (has.value = true);
    locks.request(name, () => new Promise(() => void (has.value = true))).catch(() => (has.value = true));
  };
  return { has, ask };
}
