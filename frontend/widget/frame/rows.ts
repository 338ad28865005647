/** The timeline as it is drawn: days, system lines, and messages in groups by who speaks. */
import { isSameDay } from '../../shared/time.ts';
import type { Entry } from '../../shared/timeline.ts';

export type Row =
  | { kind: 'day'; key: string; timestamp: string }
  | { kind: 'line'; key: string; entry: Entry }
  | { kind: 'message'; key: string; entry: Entry; isFirst: boolean; isLast: boolean };

const GROUP_MS = 5 * 60_000;

export function toRows(entries: readonly Entry[]): Row[] {
  const rows: Row[] = [];
  entries.forEach((entry, at) => {
    const before = entries[at - 1];
    const { timestamp } = entry.message;
    if (!before || !isSameDay(before.message.timestamp, timestamp)) rows.push({ kind: 'day', key: `day ${timestamp}`, timestamp });
    rows.push(isLine(entry) ? { kind: 'line', key: entry.key, entry } : messageRow(entry, before, entries[at + 1]));
  });
  return rows;
}

function messageRow(entry: Entry, before: Entry | undefined, after: Entry | undefined): Row {
  const isFirst = !before || !areTogether(before, entry);
  const isLast = !after || !areTogether(entry, after);
  return { kind: 'message', key: entry.key, entry, isFirst, isLast };
}

function areTogether(one: Entry, next: Entry): boolean {
  if (isLine(one) || isLine(next) || speaker(one) !== speaker(next)) return false;
  if (one.state === 'failed' || next.state === 'failed') return false;
  const apart = Date.parse(next.message.timestamp) - Date.parse(one.message.timestamp);
  return apart < GROUP_MS && isSameDay(one.message.timestamp, next.message.timestamp);
}

export const isLine = ({ message }: Entry): boolean => message.role === 'system' || message.kind === 'activity';

/** A person of the staff and the AI have the same role, and must never look like one. */
const speaker = ({ message }: Entry): string => `${message.role} ${message.is_manual} ${message.author?.id ?? ''}`;
