/** AI answers while they are being written. A draft ends by its message or by `reply_cancelled`, and an ended one never comes back. */
import { signal, type ReadonlySignal } from '@preact/signals';

import type { Chunk } from '../protocol.d.ts';

export interface Draft {
  readonly messageId: string;
  readonly index: number;
  readonly content: string;
}

export interface Drafts {
  readonly list: ReadonlySignal<readonly Draft[]>;
  show(chunk: Chunk): void;
  end(messageId: string): void;
  /** A person writes now: nothing that is still on its way may show up again. */
  endAll(): void;
  /** The link was away: what gets no new chunk until `sweep` has ended unseen. */
  doubt(): void;
  sweep(): void;
  stop(): void;
}

const SILENCE_MS = 60_000;

export function createDrafts(): Drafts {
  const list = signal<readonly Draft[]>([]);
  const ended = new Set<string>();
  const doubted = new Set<string>();
  let silence: ReturnType<typeof setTimeout> | undefined;

  function show(chunk: Chunk): void {
    if (ended.has(chunk.message_id)) return;
    doubted.delete(chunk.message_id);
    const known = list.peek().find((draft) => draft.messageId === chunk.message_id);
    if (known && known.index >= chunk.index) return;
    // One answer is written at a time, so a new one takes the place of the last.
    for (const other of list.peek()) if (other.messageId !== chunk.message_id) ended.add(other.messageId);
    list.value = [{ messageId: chunk.message_id, index: chunk.index, content: chunk.content }];
    clearTimeout(silence);
    silence = setTimeout(() => remove(chunk.message_id), SILENCE_MS);
  }

  function end(messageId: string): void {
    ended.add(messageId);
    remove(messageId);
  }

  function endAll(): void {
    for (const draft of list.peek()) end(draft.messageId);
  }

  function doubt(): void {
    for (const draft of list.peek()) doubted.add(draft.messageId);
  }

  function sweep(): void {
    for (const messageId of doubted) remove(messageId);
    doubted.clear();
  }

  function remove(messageId: string): void {
    const left = list.peek().filter((draft) => draft.messageId !== messageId);
    if (left.length !== list.peek().length) list.value = left;
  }

  return { list, show, end, endAll, doubt, sweep, stop: () => clearTimeout(silence) };
}
