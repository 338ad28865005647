import { expect, test } from 'vitest';

import type { Message } from '../../shared/protocol.d.ts';
import type { Entry } from '../../shared/timeline.ts';
import { BEN, message } from '../../testing/frames.ts';
import { toRows } from './rows.ts';

const at = (minute: number, day = 1): string => new Date(2026, 2, day, 12, minute).toISOString();

function entry(seq: number, given: Partial<Message> = {}, state: Entry['state'] = 'stored'): Entry {
  return { key: String(seq), message: message(seq, { timestamp: at(seq), ...given }), state, error: null };
}

const drawn = (entries: Entry[]): string[] =>
  toRows(entries).map((row) => (row.kind === 'message' ? `${row.isFirst ? '(' : ''}${row.entry.message.seq}${row.isLast ? ')' : ''}` : row.kind));

test('messages of one speaker within minutes stand together', () => {
  expect(drawn([entry(1), entry(2), entry(3, { role: 'assistant' })])).toEqual(['day', '(1', '2)', '(3)']);
});

test('a pause begins a new group', () => {
  expect(drawn([entry(1), entry(2, { timestamp: at(30) })])).toEqual(['day', '(1)', '(2)']);
});

test('the AI and a person of the staff never share a group', () => {
  const ai = entry(1, { role: 'assistant' });
  const ben = entry(2, { role: 'assistant', is_manual: true, author: BEN });
  const cleo = entry(3, { role: 'assistant', is_manual: true, author: { ...BEN, id: 'cleo' } });
  expect(drawn([ai, ben, cleo])).toEqual(['day', '(1)', '(2)', '(3)']);
});

test('system lines and activities stand alone and part the groups', () => {
  expect(drawn([entry(1), entry(2, { role: 'system', kind: 'activity' }), entry(3)])).toEqual(['day', '(1)', 'line', '(3)']);
});

test('each day is named once', () => {
  expect(drawn([entry(1), entry(2, { timestamp: at(1, 2) })])).toEqual(['day', '(1)', 'day', '(2)']);
});

test('a failed message stands alone, with its reason below it', () => {
  expect(drawn([entry(1), entry(2, {}, 'failed'), entry(3)])).toEqual(['day', '(1)', '(2)', '(3)']);
});
