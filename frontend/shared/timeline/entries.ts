/** What was said, once each, in `seq` order: stored messages by id, and behind them the sends that are still on their way. */
import { signal, type ReadonlySignal } from '@preact/signals';

import type { Message } from '../protocol.d.ts';

export type SendState = 'sending' | 'failed' | 'stored';

export interface Entry {
  /** Stays the same when an optimistic send turns into the stored message. */
  readonly key: string;
  readonly message: Message;
  readonly state: SendState;
  /** Why it failed or has to wait: a code of the server's `rejected`, or `no_answer`. */
  readonly error: string | null;
}

export interface Entries {
  readonly list: ReadonlySignal<readonly Entry[]>;
  /** True when this id was not known before. */
  merge(message: Message): boolean;
  addPending(message: Message): void;
  markPending(clientId: string, state: 'sending' | 'failed', error?: string | null): void;
  dropPending(clientId: string): void;
  pending(): Entry[];
}

export function createEntries(): Entries {
  const stored = new Map<string, Entry>();
  const pending = new Map<string, Entry>();
  const list = signal<readonly Entry[]>([]);

  function merge(message: Message): boolean {
    const known = stored.get(message.id);
    if (known && known.message.rev > message.rev) return false;
    const optimistic = message.client_id ? pending.get(message.client_id) : undefined;
    if (optimistic) pending.delete(optimistic.key);
    const key = known?.key ?? message.client_id ?? message.id;
    stored.set(message.id, { key, message, state: 'stored', error: null });
    publish();
    return !known;
  }

  function addPending(message: Message): void {
    const key = message.client_id ?? message.id;
    pending.set(key, { key, message, state: 'sending', error: null });
    publish();
  }

  function markPending(clientId: string, state: 'sending' | 'failed', error: string | null = null): void {
    const entry = pending.get(clientId);
    if (!entry) return;
    pending.set(clientId, { ...entry, state, error });
    publish();
  }

  function dropPending(clientId: string): void {
    if (pending.delete(clientId)) publish();
  }

  function publish(): void {
    const inOrder = [...stored.values()].sort((a, b) => a.message.seq - b.message.seq);
    list.value = [...inOrder, ...pending.values()];
  }

  return { list, merge, addPending, markPending, dropPending, pending: () => [...pending.values()] };
}
