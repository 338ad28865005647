import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { BEN, at, id, known, newMessage, read, state } from '../fixtures.ts';
import { visitorName } from './reading.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const settle = (): void => void vi.advanceTimersByTime(100);

describe('order', () => {
  test('the conversation that spoke last is on top', () => {
    const list = known(state(1), state(3), state(2));
    settle();
    expect(list.ids.value).toEqual([id(3), id(2), id(1)]);
  });

  test('a new message brings its conversation to the top', () => {
    const list = known(state(1), state(2));
    list.takeMessage(newMessage(1, 6));
    settle();
    expect(list.ids.value[0]).toBe(id(1));
  });

  test('two that spoke in the same moment keep one order, the server\'s', () => {
    const list = known(state(1, { last_message_at: at(5) }), state(2, { last_message_at: at(5) }));
    settle();
    expect(list.ids.value).toEqual([id(2), id(1)]);
  });

  test('a note does not move its conversation', () => {
    const list = known(state(1), state(2));
    list.takeMessage(newMessage(1, 6, { kind: 'note', role: 'assistant', is_manual: true }));
    settle();
    expect(list.ids.value).toEqual([id(2), id(1)]);
  });

  test('two hundred changes are not two hundred new orders', () => {
    const list = known(state(1));
    settle();
    let orders = 0;
    list.ids.subscribe(() => orders++);
    for (let rev = 6; rev < 206; rev++) list.takeMessage(newMessage(1, rev));
    settle();
    expect(orders).toBeLessThanOrEqual(3);
    expect(list.get(id(1))?.message_count).toBe(203);
  });
});

describe('merge by rev', () => {
  test('an older state does not overwrite a newer one', () => {
    const list = known(state(1, { rev: 7, preview: 'new' }));
    list.merge(state(1, { rev: 6, preview: 'old' }));
    expect(list.get(id(1))?.preview).toBe('new');
  });

  test('the same state again changes nothing', () => {
    const list = known(state(1));
    const before = list.get(id(1));
    list.merge(state(1));
    expect(list.get(id(1))).toEqual(before);
  });

  test('markers only grow, also from an older state', () => {
    const list = known(state(1, { rev: 7, visitor_read_rev: 2 }));
    list.merge(state(1, { rev: 6, visitor_read_rev: 6 }));
    list.merge(state(1, { rev: 8, visitor_read_rev: 3 }));
    expect(list.get(id(1))?.visitor_read_rev).toBe(6);
  });

  test('what is guessed from a message gives way to what the server counted', () => {
    const list = known(state(1));
    list.takeMessage(newMessage(1, 6));
    list.merge(state(1, { rev: 6, message_count: 4, unread_count: 0, preview: 'from the server' }));
    expect(list.get(id(1))).toMatchObject({ message_count: 4, unread_count: 0, preview: 'from the server' });
  });
});

describe('a message', () => {
  test('is counted once, however often its frame comes', () => {
    const list = known(state(1));
    expect(list.takeMessage(newMessage(1, 6))).toBe('taken');
    expect(list.takeMessage(newMessage(1, 6))).toBe('known');
    expect(list.get(id(1))).toMatchObject({ message_count: 4, unread_count: 1, preview: 'word 6', rev: 6 });
  });

  test('of a conversation nobody knows asks for it', () => {
    expect(known().takeMessage(newMessage(9, 1))).toBe('stale');
  });

  test('after a gap is shown and asks for what was missed', () => {
    const list = known(state(1));
    expect(list.takeMessage(newMessage(1, 9))).toBe('stale');
    expect(list.get(id(1))?.preview).toBe('word 9');
  });

  test('of the AI is not unread', () => {
    const list = known(state(1, { handled_by: 'ai' }));
    list.takeMessage(newMessage(1, 6, { role: 'assistant' }));
    expect(list.get(id(1))).toMatchObject({ unread_count: 0, message_count: 4, handled_by: 'ai' });
  });

  test('of a colleague takes over, assigns and reads', () => {
    const list = known(state(1, { handled_by: 'ai', unread_count: 2 }));
    list.takeMessage(newMessage(1, 6, { role: 'assistant', is_manual: true, author: BEN }));
    expect(list.get(id(1))).toMatchObject({ handled_by: 'human', unread_count: 0, assignee: BEN });
  });

  test('of the visitor opens what was resolved', () => {
    const list = known(state(1, { status: 'resolved' }));
    list.takeMessage(newMessage(1, 6));
    expect(list.get(id(1))?.status).toBe('open');
  });
});

describe('read', () => {
  test('to the end by staff means nothing is unread', () => {
    const list = known(state(1, { unread_count: 3 }));
    list.takeRead(read(1, 'staff', 5));
    expect(list.get(id(1))).toMatchObject({ unread_count: 0, staff_read_rev: 5 });
  });

  test('up to an earlier place leaves the rest unread', () => {
    const list = known(state(1, { unread_count: 3 }));
    list.takeRead(read(1, 'staff', 4));
    expect(list.get(id(1))?.unread_count).toBe(3);
  });

  test('by the visitor says nothing about the staff', () => {
    const list = known(state(1, { unread_count: 3 }));
    list.takeRead(read(1, 'visitor', 5));
    expect(list.get(id(1))).toMatchObject({ unread_count: 3, visitor_read_rev: 5, staff_read_rev: 0 });
  });
});

describe('a change shown before the server confirms it', () => {
  test('is taken back when the server refuses', () => {
    const list = known(state(1));
    const takeBack = list.expect(id(1), { status: 'resolved' });
    expect(list.get(id(1))?.status).toBe('resolved');
    takeBack();
    expect(list.get(id(1))?.status).toBe('open');
  });

  test('is not taken back over news that came meanwhile', () => {
    const list = known(state(1));
    const takeBack = list.expect(id(1), { status: 'resolved' });
    list.merge(state(1, { rev: 6, status: 'snoozed' }));
    takeBack();
    expect(list.get(id(1))?.status).toBe('snoozed');
  });
});

describe('odd values', () => {
  test.each([
    ['no visitor', { visitor: null }],
    ['no preview', { preview: null }],
    ['no time', { last_message_at: null, created_at: null }],
    ['a time that is none', { last_message_at: 'yesterday' }],
    ['counts that are none', { message_count: 'many', unread_count: null, rev: undefined }],
    ['labels that are none', { labels: null }],
    ['an unknown status', { status: 'paused' }],
    ['fields of the future', { mood: 'sunny' }],
  ])('%s: the conversation is shown', (_, odd) => {
    const list = known({ ...state(1), ...odd } as never, state(2));
    settle();
    expect([...list.ids.value].sort()).toEqual([id(1), id(2)]);
    expect(visitorName(list.get(id(1)))).not.toBe('');
  });

  test.each([[null], [undefined], ['text'], [{}], [{ id: 7 }]])('%j is no conversation and breaks nothing', (raw) => {
    const list = known(state(1));
    expect(list.merge(raw)).toBe(false);
    expect(list.ids.value).toEqual([id(1)]);
  });

  test('a visitor without a name is told apart by the id', () => {
    const nameless = state(1, { visitor: { ...state(1).visitor, name: '  ', id: 'abcdef' } });
    expect(visitorName(nameless)).toBe('Visitor abcd');
  });
});
