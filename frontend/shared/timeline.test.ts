import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import type { Message } from './protocol.d.ts';
import type { Command, Frame } from './socket.ts';
import { createTimeline, type Timeline } from './timeline.ts';
import { BEN, CONVERSATION, id, message, newMessage, resumed, state } from './timeline/frames.ts';

let sent: Command[];
let online: boolean;
let arrived: string[];
let timeline: Timeline;

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  online = true;
  arrived = [];
  timeline = createTimeline({
    conversationId: CONVERSATION,
    me: 'visitor',
    send: (command) => online && Boolean(sent.push(command)),
    onArrival: (arrival) => arrived.push(arrival.content),
  });
});

afterEach(() => {
  timeline.stop();
  vi.useRealTimers();
});

const contents = (): string[] => timeline.entries.value.map((entry) => entry.message.content);
const resumes = (): number[] => sent.flatMap((command) => (command.type === 'resume' ? [command.after] : []));
const chunk = (message_id: string, index: number, content: string): Frame => ({
  type: 'chunk',
  conversation_id: CONVERSATION,
  message_id,
  index,
  content,
});
const connected = (rev: number): Frame => ({
  type: 'connected',
  connection_id: 'c',
  protocol: 1,
  heartbeat_seconds: 20,
  conversation: state(rev),
  rev,
});

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, at) => permutations(items.toSpliced(at, 1)).map((rest) => [item, ...rest]));
}

test('frames in any order, each twice, end in the same timeline without a resume', () => {
  const frames = [1, 2, 3, 4].map((rev) => newMessage(rev));
  for (const order of permutations(frames)) {
    const fresh = createTimeline({ conversationId: CONVERSATION, me: 'visitor', send: (command) => Boolean(sent.push(command)) });
    for (const frame of [...order, ...order]) fresh.apply(frame);
    vi.advanceTimersByTime(1000);
    expect(fresh.entries.value.map((entry) => entry.message.seq)).toEqual([1, 2, 3, 4]);
    expect(fresh.cursor).toBe(4);
  }
  expect(sent).toEqual([]);
});

test('a gap that closes within 200 ms asks for nothing', () => {
  timeline.apply(newMessage(1));
  timeline.apply(newMessage(3));
  expect(timeline.cursor).toBe(1);
  vi.advanceTimersByTime(199);
  timeline.apply(newMessage(2));
  vi.advanceTimersByTime(1000);
  expect(timeline.cursor).toBe(3);
  expect(resumes()).toEqual([]);
});

test('a gap that stays open shows what came and resumes from the last safe place', () => {
  timeline.apply(newMessage(1));
  timeline.apply(newMessage(4));
  expect(contents()).toEqual(['message 1', 'message 4']);
  vi.advanceTimersByTime(200);
  expect(resumes()).toEqual([1]);
  timeline.apply(resumed(4, [message(2), message(3), message(4)]));
  expect(contents()).toEqual(['message 1', 'message 2', 'message 3', 'message 4']);
  expect(timeline.cursor).toBe(4);
  vi.advanceTimersByTime(120_000);
  expect(resumes()).toEqual([1]);
});

test('a resume whose answer is lost is asked again', () => {
  timeline.apply(newMessage(3));
  vi.advanceTimersByTime(200);
  vi.advanceTimersByTime(1000);
  expect(resumes()).toEqual([0, 0]);
});

test('a prev far below my cursor is no gap, because other audiences have changes of their own', () => {
  timeline.apply(newMessage(1));
  timeline.apply(newMessage(7, {}, 1));
  expect(timeline.cursor).toBe(7);
});

test('an edit keeps its place, and an older version of it never comes back', () => {
  timeline.apply(newMessage(1));
  timeline.apply(newMessage(2));
  const edited: Frame = { ...newMessage(3), type: 'message_updated', message: message(1, { rev: 3, content: 'edited' }) };
  timeline.apply(edited);
  timeline.apply(newMessage(1));
  expect(contents()).toEqual(['edited', 'message 2']);
  expect(timeline.cursor).toBe(3);
});

test('a long history comes page by page, each from the highest rev of the last', () => {
  timeline.apply(connected(5));
  timeline.apply(resumed(5, [message(1), message(3)], { complete: false }));
  timeline.apply(resumed(5, [message(5), message(2, { rev: 4 })]));
  expect(resumes()).toEqual([0, 3]);
  expect(timeline.entries.value.map((entry) => entry.message.seq)).toEqual([1, 2, 3, 5]);
  expect(timeline.loaded.value).toBe(true);
  expect(arrived).toEqual([]);
});

test('an incomplete page with nothing in it does not ask for ever', () => {
  timeline.apply(resumed(5, [], { complete: false }));
  expect(resumes()).toEqual([]);
});

test('a heartbeat that knows more than I do makes me resume', () => {
  timeline.apply(newMessage(1));
  timeline.apply({ type: 'heartbeat', rev: 2, visitor_read_rev: 0, staff_delivered_rev: 0, staff_read_rev: 0 });
  vi.advanceTimersByTime(200);
  expect(resumes()).toEqual([1]);
});

test('frames of another conversation are not mine', () => {
  timeline.apply({ ...newMessage(1), conversation_id: id(99) });
  expect(contents()).toEqual([]);
});

test('a state that is older than mine changes nothing', () => {
  timeline.apply(resumed(5, [], { conversation: state(5, { status: 'open' }) }));
  const late: Frame = {
    type: 'conversation_updated',
    conversation_id: CONVERSATION,
    website_id: 1,
    rev: 4,
    prev: 3,
    conversation: state(4, { status: 'resolved' }),
  };
  timeline.apply(late);
  expect(timeline.conversation.value?.status).toBe('open');
});

test('what I send is shown at once, turns into the stored message and is never shown twice', () => {
  const { client_id } = timeline.post('hello');
  expect(timeline.entries.value.map((entry) => entry.state)).toEqual(['sending']);
  const [before] = timeline.entries.value;
  timeline.apply(newMessage(1, { client_id, content: 'hello' }));
  timeline.apply(newMessage(1, { client_id, content: 'hello' }));
  expect(contents()).toEqual(['hello']);
  expect(timeline.entries.value[0]?.key).toBe(before?.key);
  expect(timeline.deliveryOf(timeline.entries.value[0]!)).toBe('sent');
  expect(arrived).toEqual([]);
});

test('a message written offline waits, goes out on reconnect with the same client_id and is shown once', () => {
  online = false;
  const { client_id } = timeline.post('written in a tunnel');
  vi.advanceTimersByTime(60_000);
  expect(timeline.deliveryOf(timeline.entries.value[0]!)).toBe('sending');
  online = true;
  timeline.apply(connected(0));
  expect(sent).toContainEqual({ type: 'chat_message', client_id, content: 'written in a tunnel' });
  timeline.apply(newMessage(1, { client_id, content: 'written in a tunnel' }));
  timeline.apply(resumed(1, [message(1, { client_id, content: 'written in a tunnel' })]));
  expect(contents()).toEqual(['written in a tunnel']);
});

test('a send nobody answers is tried three times, then fails and can be retried', () => {
  const { client_id } = timeline.post('anybody?');
  vi.advanceTimersByTime(30_000);
  expect(sent.length).toBe(3);
  expect(timeline.entries.value[0]).toMatchObject({ state: 'failed', error: 'no_answer' });
  timeline.retry(client_id);
  expect(sent.length).toBe(4);
  expect(timeline.deliveryOf(timeline.entries.value[0]!)).toBe('sending');
});

test('a refused send says why and is not sent again by itself', () => {
  const { client_id } = timeline.post('x');
  timeline.apply({ type: 'rejected', code: 'too_long', detail: 'too long', client_id });
  timeline.apply(connected(0));
  vi.advanceTimersByTime(60_000);
  expect(timeline.entries.value[0]).toMatchObject({ state: 'failed', error: 'too_long' });
  expect(sent.filter((command) => command.type === 'chat_message').length).toBe(1);
  timeline.discard(client_id);
  expect(contents()).toEqual([]);
});

test('a conflict fails the send although it names the other conversation', () => {
  const { client_id } = timeline.post('x');
  timeline.apply({ type: 'rejected', code: 'conflict', detail: '', client_id, conversation_id: id(77) });
  expect(timeline.entries.value[0]).toMatchObject({ state: 'failed', error: 'conflict' });
});

test('a rate limit only delays', () => {
  const { client_id } = timeline.post('x');
  timeline.apply({ type: 'rejected', code: 'rate_limited', detail: '', client_id, retry_after: 3 });
  expect(timeline.entries.value[0]).toMatchObject({ state: 'sending', error: 'rate_limited' });
  vi.advanceTimersByTime(2999);
  expect(sent.length).toBe(1);
  vi.advanceTimersByTime(1);
  expect(sent.length).toBe(2);
});

test('a busy server is asked three times before the send fails', () => {
  const { client_id } = timeline.post('x');
  const busy: Frame = { type: 'rejected', code: 'unavailable', detail: '', client_id };
  for (let time = 0; time < 2; time++) {
    timeline.apply(busy);
    vi.advanceTimersByTime(2000);
  }
  expect(sent.length).toBe(3);
  timeline.apply(busy);
  expect(timeline.entries.value[0]).toMatchObject({ state: 'failed', error: 'unavailable' });
});

test('a draft grows by whole texts, whatever is lost or late, and ends in its message', () => {
  timeline.apply(chunk(id(9), 2, 'Yes, within'));
  timeline.apply(chunk(id(9), 1, 'Yes,'));
  expect(timeline.drafts.value.map((draft) => draft.content)).toEqual(['Yes, within']);
  timeline.apply(newMessage(1, { id: id(9), role: 'assistant', content: 'Yes, within 30 days.' }));
  timeline.apply(chunk(id(9), 3, 'Yes, within 30'));
  expect(timeline.drafts.value).toEqual([]);
  expect(contents()).toEqual(['Yes, within 30 days.']);
  expect(arrived).toEqual(['Yes, within 30 days.']);
});

test('a cancelled answer leaves nothing, not even by a late chunk', () => {
  timeline.apply(chunk(id(9), 1, 'Well'));
  timeline.apply({ type: 'reply_cancelled', conversation_id: CONVERSATION, message_id: id(9), reason: 'stopped' });
  timeline.apply(chunk(id(9), 2, 'Well, the'));
  expect(timeline.drafts.value).toEqual([]);
});

test('a person who writes silences the AI', () => {
  timeline.apply(chunk(id(9), 1, 'Well'));
  timeline.apply(newMessage(1, { role: 'assistant', is_manual: true, author: BEN, content: 'Ben here' }));
  timeline.apply(chunk(id(9), 2, 'Well, the'));
  expect(timeline.drafts.value).toEqual([]);
  expect(contents()).toEqual(['Ben here']);
});

test('a takeover silences the AI before anybody has written', () => {
  timeline.apply(chunk(id(9), 1, 'Well'));
  const takeover: Frame = {
    type: 'conversation_updated',
    conversation_id: CONVERSATION,
    website_id: 1,
    rev: 1,
    prev: 0,
    conversation: state(1, { handled_by: 'human' }),
  };
  timeline.apply(takeover);
  timeline.apply(chunk(id(9), 2, 'Well, the'));
  timeline.apply(chunk(id(8), 1, 'Hm'));
  expect(timeline.drafts.value).toEqual([]);
});

test('a draft whose end I missed while I was away is gone after the resume', () => {
  timeline.apply(chunk(id(9), 1, 'Well'));
  timeline.apply(connected(0));
  timeline.apply(resumed(0, []));
  expect(timeline.drafts.value).toEqual([]);
  timeline.apply(chunk(id(9), 7, 'Well, it still grows'));
  expect(timeline.drafts.value.length).toBe(1);
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
  timeline.apply(types(true));
  timeline.apply(types(true));
  expect(timeline.typing.value).toEqual([{ from: 'agent', author: BEN, draft: null }]);
  vi.advanceTimersByTime(5000);
  expect(timeline.typing.value).toEqual([]);
  timeline.apply(types(true));
  timeline.apply(types(false));
  expect(timeline.typing.value).toEqual([]);
  timeline.apply(types(true));
  timeline.apply(newMessage(1, { role: 'assistant', is_manual: true, author: BEN }));
  expect(timeline.typing.value).toEqual([]);
});

test('ticks follow the markers of the other side and never go back', () => {
  timeline.apply(newMessage(1));
  const [entry] = timeline.entries.value;
  const read = (delivered_rev: number, read_rev: number): Frame => ({
    type: 'read',
    conversation_id: CONVERSATION,
    reader: 'staff',
    delivered_rev,
    read_rev,
  });
  expect(timeline.deliveryOf(entry!)).toBe('sent');
  timeline.apply(read(1, 0));
  expect(timeline.deliveryOf(entry!)).toBe('delivered');
  timeline.apply(read(1, 1));
  timeline.apply(read(0, 0));
  expect(timeline.deliveryOf(entry!)).toBe('read');
});

test("a colleague's reply in another tab of the staff is an arrival, my own is not", () => {
  const heard: Message[] = [];
  const inbox = createTimeline({
    conversationId: CONVERSATION,
    me: 'staff',
    author: () => BEN,
    send: (command) => Boolean(sent.push(command)),
    onArrival: (arrival) => heard.push(arrival),
  });
  inbox.post('mine', { note: true, clientId: id(50) });
  expect(sent).toContainEqual({ type: 'chat_message', client_id: id(50), content: 'mine', note: true, conversation_id: CONVERSATION });
  inbox.apply(newMessage(1, { role: 'assistant', is_manual: true, author: BEN }));
  inbox.apply(newMessage(2, { role: 'assistant', is_manual: true, author: { ...BEN, id: 'cleo' } }));
  inbox.apply(newMessage(3));
  expect(heard.map((arrival) => arrival.seq)).toEqual([2, 3]);
});
