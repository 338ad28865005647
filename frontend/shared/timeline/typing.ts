/** Who is typing. Every notice carries its expiry, so nobody types for ever because a frame was lost. */
import { signal, type ReadonlySignal } from '@preact/signals';

import type { Author, TypingShown } from '../protocol.d.ts';

export interface Typist {
  readonly from: TypingShown['from'];
  readonly author: Author | null;
  /** What the visitor is writing, where the website shows that to its staff. */
  readonly draft: string | null;
}

export interface TypingNow {
  readonly list: ReadonlySignal<readonly Typist[]>;
  hear(frame: TypingShown): void;
  /** This side has said something, so it is done typing. */
  done(from: TypingShown['from'], authorId?: Author['id']): void;
  stop(): void;
}

export function createTyping(): TypingNow {
  const list = signal<readonly Typist[]>([]);
  const timers = new Map<string, ReturnType<typeof setTimeout>>();

  function hear(frame: TypingShown): void {
    const key = keyOf(frame.from, frame.author?.id);
    remove(key);
    if (!frame.is_typing) return;
    list.value = [...list.peek(), { from: frame.from, author: frame.author ?? null, draft: frame.draft ?? null }];
    timers.set(key, setTimeout(() => remove(key), frame.expires_in * 1000));
  }

  function done(from: TypingShown['from'], authorId?: Author['id']): void {
    for (const typist of list.peek()) {
      if (typist.from !== from) continue;
      if (authorId && typist.author && typist.author.id !== authorId) continue;
      remove(keyOf(from, typist.author?.id));
    }
  }

  function remove(key: string): void {
    clearTimeout(timers.get(key));
    if (timers.delete(key)) list.value = list.peek().filter((typist) => keyOf(typist.from, typist.author?.id) !== key);
  }

  function stop(): void {
    for (const timer of timers.values()) clearTimeout(timer);
  }

  return { list, hear, done, stop };
}

const keyOf = (from: string, authorId: Author['id'] | undefined): string => `${from}:${authorId ?? ''}`;
