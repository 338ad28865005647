import { expect, test, vi } from 'vitest';

import { connected, contents, resumes, watchedTimeline } from '../testing/timeline.ts';
import type { Message } from './protocol.d.ts';
import type { Frame } from './socket.ts';
import { createTimeline } from './timeline.ts';
import { BEN, CONVERSATION, id, message, newMessage, resumed, state } from '../testing/frames.ts';

const it = watchedTimeline();

test('frames in any order, each twice, end in the same timeline without a resume', () => {
  const frames = [1, 2, 3, 4].map((rev) => newMessage(rev));
  for (const order of permutations(frames)) {
    const fresh = createTimeline({ conversationId: CONVERSATION, me: 'visitor', send: (command) => Boolean(it.sent.push(command)) });
    for (const frame of [...order, ...order]) fresh.apply(frame);
    vi.advanceTimersByTime(1000);
    expect(fresh.entries.value.map((entry) => entry.message.seq)).toEqual([1, 2, 3, 4]);
    expect(fresh.cursor).toBe(4);
  }
  expect(it.sent).toEqual([]);
});

test('a gap that closes within 200 ms asks for nothing', () => {
  it.timeline.apply(newMessage(1));
  it.timeline.apply(newMessage(3));
  expect(it.timeline.cursor).toBe(1);
  vi.advanceTimersByTime(199);
  it.timeline.apply(newMessage(2));
  vi.advanceTimersByTime(1000);
  expect(it.timeline.cursor).toBe(3);
  expect(resumes(it)).toEqual([]);
});

test('a gap that stays open shows what came and resumes from the last safe place', () => {
  it.timeline.apply(newMessage(1));
  it.timeline.apply(newMessage(4));
  expect(contents(it)).toEqual(['message 1', 'message 4']);
  vi.advanceTimersByTime(200);
  expect(resumes(it)).toEqual([1]);
  it.timeline.apply(resumed(4, [message(2), message(3), message(4)]));
  expect(contents(it)).toEqual(['message 1', 'message 2', 'message 3', 'message 4']);
  expect(it.timeline.cursor).toBe(4);
  vi.advanceTimersByTime(120_000);
  expect(resumes(it)).toEqual([1]);
});

test('a resume whose answer is lost is asked again', () => {
  it.timeline.apply(newMessage(3));
  vi.advanceTimersByTime(200);
  vi.advanceTimersByTime(1000);
  expect(resumes(it)).toEqual([0, 0]);
});

test('a resume refused for the moment is asked again when the server allows, and only then', () => {
  it.timeline.apply(connected(2));
  it.timeline.apply({ type: 'rejected', code: 'rate_limited', detail: '', retry_after: 3 });
  vi.advanceTimersByTime(2999);
  expect(resumes(it)).toEqual([0]);
  vi.advanceTimersByTime(1);
  expect(resumes(it)).toEqual([0, 0]);
  it.timeline.apply(resumed(2, [message(1), message(2)]));
  it.timeline.apply({ type: 'rejected', code: 'rate_limited', detail: '', retry_after: 3 }); // of something else
  vi.advanceTimersByTime(60_000);
  expect(resumes(it)).toEqual([0, 0]);
});

test('a prev far below my cursor is no gap, because other audiences have changes of their own', () => {
  it.timeline.apply(newMessage(1));
  it.timeline.apply(newMessage(7, {}, 1));
  expect(it.timeline.cursor).toBe(7);
});

test('an edit keeps its place, and an older version of it never comes back', () => {
  it.timeline.apply(newMessage(1));
  it.timeline.apply(newMessage(2));
  const edited: Frame = { ...newMessage(3), type: 'message_updated', message: message(1, { rev: 3, content: 'edited' }) };
  it.timeline.apply(edited);
  it.timeline.apply(newMessage(1));
  expect(contents(it)).toEqual(['edited', 'message 2']);
  expect(it.timeline.cursor).toBe(3);
});

test('a long history comes page by page, each from the highest rev of the last', () => {
  it.timeline.apply(connected(5));
  it.timeline.apply(resumed(5, [message(1), message(3)], { complete: false }));
  it.timeline.apply(resumed(5, [message(5), message(2, { rev: 4 })]));
  expect(resumes(it)).toEqual([0, 3]);
  expect(it.timeline.entries.value.map((entry) => entry.message.seq)).toEqual([1, 2, 3, 5]);
  expect(it.timeline.loaded.value).toBe(true);
  expect(it.arrived).toEqual([]);
});

test('an incomplete page with nothing in it does not ask for ever', () => {
  it.timeline.apply(resumed(5, [], { complete: false }));
  expect(resumes(it)).toEqual([]);
});

test('a heartbeat that knows more than I do makes me resume', () => {
  it.timeline.apply(newMessage(1));
  it.timeline.apply({ type: 'heartbeat', rev: 2, visitor_read_rev: 0, staff_delivered_rev: 0, staff_read_rev: 0 });
  vi.advanceTimersByTime(200);
  expect(resumes(it)).toEqual([1]);
});

test('frames of another conversation are not mine', () => {
  it.timeline.apply({ ...newMessage(1), conversation_id: id(99) });
  expect(contents(it)).toEqual([]);
});

test('a state that is older than mine changes nothing', () => {
  it.timeline.apply(resumed(5, [], { conversation: state(5, { status: 'open' }) }));
  const late: Frame = {
    type: 'conversation_updated',
    conversation_id: CONVERSATION,
    website_id: 1,
    rev: 4,
    prev: 3,
    conversation: state(4, { status: 'resolved' }),
  };
  it.timeline.apply(late);
  expect(it.timeline.conversation.value?.status).toBe('open');
});

test("a colleague's reply in another tab of the staff is an arrival, my own is not", () => {
  const heard: Message[] = [];
  const inbox = createTimeline({
    conversationId: CONVERSATION,
    me: 'staff',
    author: () => BEN,
    send: (command) => Boolean(it.sent.push(command)),
    onArrival: (arrival) => heard.push(arrival),
  });
  inbox.post('mine', { note: true, clientId: id(50) });
  expect(it.sent).toContainEqual({ type: 'chat_message', client_id: id(50), content: 'mine', note: true, conversation_id: CONVERSATION });
  inbox.apply(newMessage(1, { role: 'assistant', is_manual: true, author: BEN }));
  inbox.apply(newMessage(2, { role: 'assistant', is_manual: true, author: { ...BEN, id: 'cleo' } }));
  inbox.apply(newMessage(3));
  expect(heard.map((arrival) => arrival.seq)).toEqual([2, 3]);
});

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, at) => permutations(items.toSpliced(at, 1)).map((rest) => [item, ...rest]));
}
