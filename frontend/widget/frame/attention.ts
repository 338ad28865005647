/** What the visitor has seen: read markers while the panel is open and on screen, a count of the unread otherwise. */
import { computed, effect, signal, type ReadonlySignal } from '@preact/signals';

import type { Entry } from '../../shared/timeline.ts';
import type { Chat } from './chat.ts';

const FIRST_MS = 100;
const PAUSE_MS = 1000; // At most one marker a second.

export function watchAttention(chat: Chat, isLooking: ReadonlySignal<boolean>, onUnread: (count: number) => void): void {
  const newest = computed(() => Math.max(0, ...chat.timeline.value.entries.value.filter(isFromOthers).map(({ message }) => message.seq)));
  const isLinked = computed(() => chat.link.value === 'online' || chat.link.value === 'http');
  const seen = signal(0);
  const isBehind = computed(
    () => isLinked.value && newest.value > Math.max(toldUpTo.value, chat.timeline.value.visitor.value.read),
  );
  const toldUpTo = signal(0);
  const unread = computed(() => {
    if (isLooking.value) return 0;
    const { entries, visitor } = chat.timeline.value;
    const reach = Math.max(seen.value, visitor.value.read);
    return entries.value.filter((entry) => isWorthACount(entry) && entry.message.seq > reach).length;
  });
  let timer: ReturnType<typeof setTimeout> | undefined;

  effect(() => {
    if (isLooking.value) seen.value = newest.value;
  });

  // A marker that was sent into a dying connection is sent again.
  effect(() => {
    void chat.link.value;
    toldUpTo.value = 0;
  });

  effect(() => {
    if (isLooking.value && isBehind.value) timer ??= setTimeout(mark, FIRST_MS);
  });

  function mark(): void {
    timer = undefined;
    if (!isLooking.peek() || !isBehind.peek()) return;
    if (!chat.send({ type: 'read', rev: newest.peek() })) return;
    toldUpTo.value = newest.peek();
    timer = setTimeout(mark, PAUSE_MS);
  }

  let reported = 0;
  effect(() => {
    if (unread.value === reported) return;
    reported = unread.value;
    onUnread(reported);
  });
}

const isFromOthers = ({ state, message }: Entry): boolean => state === 'stored' && message.role !== 'user';
const isWorthACount = (entry: Entry): boolean =>
  isFromOthers(entry) && entry.message.role === 'assistant' && entry.message.kind === 'message' && !entry.message.deleted;
