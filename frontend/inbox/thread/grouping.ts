/** How entries stand under each other: days apart, one name over what one person says in a row, "New" where reading stopped. */
import type { Message } from '../../shared/protocol.d.ts';
import type { Entry } from '../../shared/timeline.ts';
import { parsed } from '../time.ts';

export type Item =
  | { readonly kind: 'day'; readonly key: string; readonly timestamp: string }
  | { readonly kind: 'new'; readonly key: string }
  | { readonly kind: 'entry'; readonly key: string; readonly entry: Entry; readonly isFirst: boolean };

const TOGETHER_MS = 5 * 60_000;

/** `readBefore`: what staff had read when the conversation was opened; null while that is not known. */
export function group(entries: readonly Entry[], readBefore: number | null): Item[] {
  const items: Item[] = [];
  let before: Message | null = null;
  let isNewShown = false;
  for (const entry of entries) {
    const { message } = entry;
    const startsDay = isOtherDay(before, message);
    if (startsDay) items.push({ kind: 'day', key: `day:${entry.key}`, timestamp: message.timestamp });
    const startsNew: boolean = !isNewShown && isUnread(message, readBefore);
    if (startsNew && before) items.push({ kind: 'new', key: 'new' });
    isNewShown ||= startsNew;
    items.push({ kind: 'entry', key: entry.key, entry, isFirst: startsDay || startsNew || !continues(before, message) });
    before = message;
  }
  return items;
}

/** Who speaks: two entries of one speaker, close in time, share a name. */
export function speakerOf(message: Message): string {
  if (message.kind === 'activity') return `activity:${message.id}`;
  const who = message.role === 'assistant' && message.is_manual ? `staff:${message.author?.id ?? ''}` : message.role;
  return `${message.kind}:${who}`;
}

/** Where nobody had read anything yet, everything is new and a line would say nothing. */
function isUnread(message: Message, readBefore: number | null): boolean {
  return Boolean(readBefore) && message.role === 'user' && message.seq > readBefore!;
}

function continues(before: Message | null, message: Message): boolean {
  if (!before || speakerOf(before) !== speakerOf(message)) return false;
  const gap = (parsed(message.timestamp) ?? 0) - (parsed(before.timestamp) ?? 0);
  return Math.abs(gap) < TOGETHER_MS;
}

function isOtherDay(before: Message | null, message: Message): boolean {
  const time = parsed(message.timestamp);
  if (time === null) return false;
  const last = parsed(before?.timestamp);
  return last === null || new Date(last).toDateString() !== new Date(time).toDateString();
}
