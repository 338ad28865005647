import { expect, test, vi } from 'vitest';

import { connected, contents, watchedTimeline } from '../../testing/timeline.ts';
import type { Frame } from '../socket.ts';
import { id, message, newMessage, resumed } from '../../testing/frames.ts';

const it = watchedTimeline();

test('what I send is shown at once, turns into the stored message and is never shown twice', () => {
  const { client_id } = it.timeline.post('hello');
  expect(it.timeline.entries.value.map((entry) => entry.state)).toEqual(['sending']);
  const [before] = it.timeline.entries.value;
  it.timeline.apply(newMessage(1, { client_id, content: 'hello' }));
  it.timeline.apply(newMessage(1, { client_id, content: 'hello' }));
  expect(contents(it)).toEqual(['hello']);
  expect(it.timeline.entries.value[0]?.key).toBe(before?.key);
  expect(it.timeline.deliveryOf(it.timeline.entries.value[0]!)).toBe('sent');
  expect(it.arrived).toEqual([]);
});

test('a message written offline waits, goes out on reconnect with the same client_id and is shown once', () => {
  it.online = false;
  const { client_id } = it.timeline.post('written in a tunnel');
  vi.advanceTimersByTime(60_000);
  expect(it.timeline.deliveryOf(it.timeline.entries.value[0]!)).toBe('sending');
  it.online = true;
  it.timeline.apply(connected(0));
  expect(it.sent).toContainEqual({ type: 'chat_message', client_id, content: 'written in a tunnel' });
  it.timeline.apply(newMessage(1, { client_id, content: 'written in a tunnel' }));
  it.timeline.apply(resumed(1, [message(1, { client_id, content: 'written in a tunnel' })]));
  expect(contents(it)).toEqual(['written in a tunnel']);
});

test('a send nobody answers is tried three times, then fails and can be retried', () => {
  const { client_id } = it.timeline.post('anybody?');
  vi.advanceTimersByTime(30_000);
  expect(it.sent.length).toBe(3);
  expect(it.timeline.entries.value[0]).toMatchObject({ state: 'failed', error: 'no_answer' });
  it.timeline.retry(client_id);
  expect(it.sent.length).toBe(4);
  expect(it.timeline.deliveryOf(it.timeline.entries.value[0]!)).toBe('sending');
});

test('a refused send says why and is not sent again by itself', () => {
  const { client_id } = it.timeline.post('x');
  it.timeline.apply({ type: 'rejected', code: 'too_long', detail: 'too long', client_id });
  it.timeline.apply(connected(0));
  vi.advanceTimersByTime(60_000);
  expect(it.timeline.entries.value[0]).toMatchObject({ state: 'failed', error: 'too_long' });
  expect(it.sent.filter((command) => command.type === 'chat_message').length).toBe(1);
  it.timeline.discard(client_id);
  expect(contents(it)).toEqual([]);
});

test('a conflict fails the send although it names the other conversation', () => {
  const { client_id } = it.timeline.post('x');
  it.timeline.apply({ type: 'rejected', code: 'conflict', detail: '', client_id, conversation_id: id(77) });
  expect(it.timeline.entries.value[0]).toMatchObject({ state: 'failed', error: 'conflict' });
});

test('a rate limit only delays', () => {
  const { client_id } = it.timeline.post('x');
  it.timeline.apply({ type: 'rejected', code: 'rate_limited', detail: '', client_id, retry_after: 3 });
  expect(it.timeline.entries.value[0]).toMatchObject({ state: 'sending', error: 'rate_limited' });
  vi.advanceTimersByTime(2999);
  expect(it.sent.length).toBe(1);
  vi.advanceTimersByTime(1);
  expect(it.sent.length).toBe(2);
});

test('a busy server is asked three times before the send fails', () => {
  const { client_id } = it.timeline.post('x');
  const busy: Frame = { type: 'rejected', code: 'unavailable', detail: '', client_id };
  for (let time = 0; time < 2; time++) {
    it.timeline.apply(busy);
    vi.advanceTimersByTime(2000);
  }
  expect(it.sent.length).toBe(3);
  it.timeline.apply(busy);
  expect(it.timeline.entries.value[0]).toMatchObject({ state: 'failed', error: 'unavailable' });
});

const saidOf = (commands: readonly { type: string }[]): unknown[] =>
  commands.flatMap((command) => ('content' in command ? [command.content] : []));

test('what is written after a message that has to wait waits with it, so that the order stays', () => {
  const { client_id } = it.timeline.post('first');
  it.timeline.apply({ type: 'rejected', code: 'unavailable', detail: '', client_id, retry_after: 2 });
  vi.advanceTimersByTime(1000);
  it.timeline.post('second');
  it.timeline.post('third');
  vi.advanceTimersByTime(1000);
  expect(saidOf(it.sent)).toEqual(['first', 'first']);
  it.timeline.apply(newMessage(1, { client_id, content: 'first' }));
  expect(saidOf(it.sent)).toEqual(['first', 'first', 'second', 'third']);
  vi.advanceTimersByTime(9000);
  expect(it.sent.length).toBe(4);
});

test('a message that fails or is thrown away holds up nothing any more', () => {
  const { client_id } = it.timeline.post('first');
  it.timeline.apply({ type: 'rejected', code: 'rate_limited', detail: '', client_id, retry_after: 30 });
  it.timeline.post('second');
  it.timeline.apply({ type: 'rejected', code: 'too_long', detail: '', client_id });
  expect(saidOf(it.sent)).toEqual(['first', 'second']);
  const { client_id: third } = it.timeline.post('third');
  it.timeline.apply({ type: 'rejected', code: 'rate_limited', detail: '', client_id: third, retry_after: 30 });
  it.timeline.post('fourth');
  it.timeline.discard(third);
  expect(saidOf(it.sent)).toEqual(['first', 'second', 'third', 'fourth']);
});

test('a new connection lets go of what was held up', () => {
  const { client_id } = it.timeline.post('first');
  it.timeline.apply({ type: 'rejected', code: 'rate_limited', detail: '', client_id, retry_after: 30 });
  it.timeline.post('second');
  it.timeline.apply(connected(0));
  expect(saidOf(it.sent)).toEqual(['first', 'first', 'second']);
});
