/** What somebody has begun to write, per conversation. It survives switching, reloading and a crash of the tab. */
import { signal, type Signal } from '@preact/signals';

import type { Store } from '../../shared/storage.ts';

export type Mode = 'reply' | 'note';

export interface Composing {
  readonly mode: Mode;
  readonly reply: string;
  readonly note: string;
}

export interface Compositions {
  of(conversationId: string): Signal<Composing>;
  write(conversationId: string, change: Partial<Composing>): void;
  /** Conversations with something begun, for the list. */
  hasDraft(conversationId: string): boolean;
}

export const EMPTY: Composing = { mode: 'reply', reply: '', note: '' };
const SAVE_MS = 250;

export function createCompositions(store: Store, userId: number): Compositions {
  const prefix = `inbox:draft:${userId}:`;
  const known = new Map<string, Signal<Composing>>();
  const unsaved = new Map<string, ReturnType<typeof setTimeout>>();
  const withDraft = signal(new Set(store.keys(prefix).map((key) => key.slice(prefix.length))));

  function of(conversationId: string): Signal<Composing> {
    let one = known.get(conversationId);
    if (!one) {
      one = signal({ ...EMPTY, ...store.read<Partial<Composing>>(prefix + conversationId) });
      known.set(conversationId, one);
    }
    return one;
  }

  function write(conversationId: string, change: Partial<Composing>): void {
    const one = of(conversationId);
    one.value = { ...one.peek(), ...change };
    clearTimeout(unsaved.get(conversationId));
    unsaved.set(conversationId, setTimeout(() => save(conversationId), SAVE_MS));
  }

  function save(conversationId: string): void {
    clearTimeout(unsaved.get(conversationId));
    unsaved.delete(conversationId);
    const one = of(conversationId).peek();
    const isEmpty = !one.reply.trim() && !one.note.trim();
    if (isEmpty) store.remove(prefix + conversationId);
    else store.write(prefix + conversationId, one);
    if (withDraft.peek().has(conversationId) !== isEmpty) return;
    const next = new Set(withDraft.peek());
    if (isEmpty) next.delete(conversationId);
    else next.add(conversationId);
    withDraft.value = next;
  }

  function saveAll(): void {
    for (const conversationId of [...unsaved.keys()]) save(conversationId);
  }
  // The last moment in which a page that is closed or put to sleep is told.
  globalThis.addEventListener?.('pagehide', saveAll);
  globalThis.document?.addEventListener('visibilitychange', saveAll);

  return { of, write, hasDraft: (conversationId) => withDraft.value.has(conversationId) };
}
