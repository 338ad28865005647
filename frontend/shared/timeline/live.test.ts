import { expect, test, vi } from 'vitest';

import { connected, contents, watchedTimeline } from '../../testing/timeline.ts';
import type { Frame } from '../socket.ts';
import { BEN, CONVERSATION, id, newMessage, resumed, state } from '../../testing/frames.ts';

const it = watchedTimeline();

test('a draft grows by whole texts, whatever is lost or late, and ends in its message', () => {
  it.timeline.apply(chunk(id(9), 2, 'Yes, within'));
  it.timeline.apply(chunk(id(9), 1, 'Yes,'));
  expect(it.timeline.drafts.value.map((draft) => draft.content)).toEqual(['Yes, within']);
  it.timeline.apply(newMessage(1, { id: id(9), role: 'assistant', content: 'Yes, within 30 days.' }));
  it.timeline.apply(chunk(id(9), 3, 'Yes, within 30'));
  expect(it.timeline.drafts.value).toEqual([]);
  expect(contents(it)).toEqual(['Yes, within 30 days.']);
  expect(it.arrived).toEqual(['Yes, within 30 days.']);
});

test('a cancelled answer leaves nothing, not even by a late chunk', () => {
  it.timeline.apply(chunk(id(9), 1, 'Well'));
  it.timeline.apply({ type: 'reply_cancelled', conversation_id: CONVERSATION, message_id: id(9), reason: 'stopped' });
  it.timeline.apply(chunk(id(9), 2, 'Well, the'));
  expect(it.timeline.drafts.value).toEqual([]);
});

test('a person who writes silences the AI', () => {
  it.timeline.apply(chunk(id(9), 1, 'Well'));
  it.timeline.apply(newMessage(1, { role: 'assistant', is_manual: true, author: BEN, content: 'Ben here' }));
  it.timeline.apply(chunk(id(9), 2, 'Well, the'));
  expect(it.timeline.drafts.value).toEqual([]);
  expect(contents(it)).toEqual(['Ben here']);
});

test('a takeover silences the AI before anybody has written', () => {
  it.timeline.apply(chunk(id(9), 1, 'Well'));
  const takeover: Frame = {
    type: 'conversation_updated',
    conversation_id: CONVERSATION,
    website_id: 1,
    rev: 1,
    prev: 0,
    conversation: state(1, { handled_by: 'human' }),
  };
  it.timeline.apply(takeover);
  it.timeline.apply(chunk(id(9), 2, 'Well, the'));
  it.timeline.apply(chunk(id(8), 1, 'Hm'));
  expect(it.timeline.drafts.value).toEqual([]);
});

test('a draft whose end I missed while I was away is gone after the resume', () => {
  it.timeline.apply(chunk(id(9), 1, 'Well'));
  it.timeline.apply(connected(0));
  it.timeline.apply(resumed(0, []));
  expect(it.timeline.drafts.value).toEqual([]);
  it.timeline.apply(chunk(id(9), 7, 'Well, it still grows'));
  expect(it.timeline.drafts.value.length).toBe(1);
});

test('typing ends by its expiry, by its end and by a message', () => {
  const types = (is_typing: boolean): Frame => ({
    type: 'typing',
    conversation_id: CONVERSATION,
    from: 'agent',
    is_typing,
    expires_in: 5,
    author: BEN,
  });
  it.timeline.apply(types(true));
  it.timeline.apply(types(true));
  expect(it.timeline.typing.value).toEqual([{ from: 'agent', author: BEN, draft: null }]);
  vi.advanceTimersByTime(5000);
  expect(it.timeline.typing.value).toEqual([]);
  it.timeline.apply(types(true));
  it.timeline.apply(types(false));
  expect(it.timeline.typing.value).toEqual([]);
  it.timeline.apply(types(true));
  it.timeline.apply(newMessage(1, { role: 'assistant', is_manual: true, author: BEN }));
  expect(it.timeline.typing.value).toEqual([]);
});

test('ticks follow the markers of the other side and never go back', () => {
  it.timeline.apply(newMessage(1));
  const [entry] = it.timeline.entries.value;
  const read = (delivered_rev: number, read_rev: number): Frame => ({
    type: 'read',
    conversation_id: CONVERSATION,
    reader: 'staff',
    delivered_rev,
    read_rev,
  });
  expect(it.timeline.deliveryOf(entry!)).toBe('sent');
  it.timeline.apply(read(1, 0));
  expect(it.timeline.deliveryOf(entry!)).toBe('delivered');
  it.timeline.apply(read(1, 1));
  it.timeline.apply(read(0, 0));
  expect(it.timeline.deliveryOf(entry!)).toBe('read');
});

const chunk = (message_id: string, index: number, content: string): Frame => ({
  type: 'chunk',
  conversation_id: CONVERSATION,
  message_id,
  index,
  content,
});
