// @vitest-environment happy-dom
import { signal, type Signal } from '@preact/signals';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { CONVERSATION, id, message, newMessage, resumed, state } from '../testing/frames.ts';
import { createFallback, type Fallback } from './fallback.ts';
import { ApiError, type Query } from './http.ts';
import type { Frame, SocketStatus } from './socket.ts';
import { createTimeline, type Timeline } from './timeline.ts';

const BASE = `widget/conversations/${CONVERSATION}/`;

/** What the server has; it hands out pages of `size` after a cursor, and stores a client_id once. */
let stored: ReturnType<typeof message>[];
let size: number;
/** What goes wrong with the next requests, one after the other. */
let trouble: (Error | null)[];
let asked: string[];
let status: Signal<SocketStatus>;
let reconnects: number;
let rounds: boolean[];
let refused: Frame[];
let timeline: Timeline;
let fallback: Fallback;

const api = {
  async get<T>(path: string, query?: Query): Promise<T> {
    note(`GET ${path} ${JSON.stringify(query)}`);
    const after = Number(query?.['after']);
    const missing = stored.filter(({ rev }) => rev > after);
    const rev = Math.max(0, ...stored.map((one) => one.rev));
    return { entries: missing.slice(0, size), rev, conversation: state(rev), complete: missing.length <= size } as T;
  },
  async post<T>(path: string, body?: unknown): Promise<T> {
    note(`POST ${path}`);
    const given = body as { client_id?: string; content?: string };
    if (!path.endsWith('/messages/')) return undefined as T;
    const known = stored.find(({ client_id }) => client_id === given.client_id);
    if (!known) stored.push(message(stored.length + 1, given));
    const answer = known ?? stored.at(-1)!;
    return { message: answer, rev: answer.rev } as T;
  },
};

function note(request: string): void {
  asked.push(request);
  const wrong = trouble.shift();
  if (wrong) throw wrong;
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(0);
  stored = [];
  size = 200;
  trouble = [];
  asked = [];
  reconnects = 0;
  rounds = [];
  refused = [];
  status = signal<SocketStatus>('connecting');
  timeline = createTimeline({ conversationId: CONVERSATION, me: 'visitor', send: (command) => fallback.send(command) });
  fallback = createFallback({
    api,
    socket: { status, reconnect: () => reconnects++ },
    path: 'widget/conversations/',
    timelines: () => [timeline],
    take(frame) {
      if (frame.type === 'rejected') refused.push(frame);
      timeline.apply(frame);
    },
    onRound: (isThrough) => rounds.push(isThrough),
    backoff: (attempt) => 1000 * 2 ** attempt,
  });
});

afterEach(() => {
  fallback.stop();
  timeline.stop();
  setHidden(false);
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const settle = (milliseconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds);
const shown = (): string[] => timeline.entries.value.map((entry) => `${entry.message.content} ${entry.state}`);
const posts = (): number => asked.filter((request) => request.startsWith('POST')).length;
const unavailable = (retryAfter: number | null = null): ApiError => new ApiError(503, 'unavailable', '', retryAfter);

function setHidden(isHidden: boolean): void {
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(isHidden ? 'hidden' : 'visible');
  document.dispatchEvent(new Event('visibilitychange'));
}

// --- taking over and handing back ---

test('a socket that is back within a second and a half has no stand-in', async () => {
  await settle(1400);
  status.value = 'online';
  await settle(60_000);
  expect(asked).toEqual([]);
});

test('those who lost their socket together do not ask in the same instant', async () => {
  vi.mocked(Math.random).mockReturnValue(0.9);
  status.value = 'online';
  status.value = 'offline';
  await settle(2800);
  expect(asked).toEqual([]);
  await settle(200);
  expect(asked.length).toBe(1);
});

test('without a socket, what I write is sent and what others write arrives', async () => {
  timeline.post('hello');
  await settle(1500);
  expect(shown()).toEqual(['hello stored']);
  stored.push(message(2, { role: 'assistant', content: 'hi' }));
  await settle(10_000);
  expect(shown()).toEqual(['hello stored', 'hi stored']);
  expect(timeline.cursor).toBe(2);
  expect(timeline.conversation.value?.rev).toBe(2);
});

test('what is written meanwhile goes at once, in the order it was written', async () => {
  await settle(30_000);
  timeline.post('first');
  timeline.post('second');
  await settle(0);
  expect(stored.map(({ content }) => content)).toEqual(['first', 'second']);
});

test('the greeted socket takes over at once, and nothing is doubled or missing', async () => {
  timeline.post('by post');
  await settle(1500);
  stored.push(message(2, { role: 'assistant', content: 'missed' }));
  status.value = 'online';
  const before = asked.length;
  timeline.apply(newMessage(1, { ...stored[0]! })); // the same, told by the socket as well
  timeline.apply(resumed(2, stored.slice(1)));
  await settle(60_000);
  expect(asked.length).toBe(before);
  expect(shown()).toEqual(['by post stored', 'missed stored']);
});

test('an answer that comes after the socket has taken over is still taken', async () => {
  let answerLate: () => void = () => undefined;
  vi.spyOn(api, 'post').mockImplementationOnce(async <T>(_: string, given: unknown) => {
    await new Promise<void>((resolve) => (answerLate = resolve));
    return { message: message(1, given as object), rev: 1 } as T;
  });
  timeline.post('slow');
  await settle(1500);
  status.value = 'online';
  answerLate();
  await settle(0);
  expect(shown()).toEqual(['slow stored']);
  expect(asked).toEqual([]);
});

test('a long absence is fetched page by page, each from the highest rev of the last', async () => {
  size = 2;
  stored = [1, 2, 3, 4, 5].map((rev) => message(rev));
  await settle(1500);
  expect(asked).toEqual([0, 2, 4].map((after) => `GET ${BASE}entries/ {"after":${after}}`));
  expect(shown().length).toBe(5);
});

// --- honest pauses ---

test('a quiet conversation is asked about ever more seldom, and quickly again when something was said', async () => {
  await settle(60_000);
  expect(asked.length).toBeLessThanOrEqual(11);
  const before = asked.length;
  stored.push(message(1));
  await settle(10_000);
  await settle(2500);
  expect(asked.length - before).toBeGreaterThanOrEqual(2);
});

test('a server that is down is asked ever more seldom; as soon as it answers, the socket tries again', async () => {
  trouble = Array.from({ length: 4 }, () => new ApiError(0, 'offline', ''));
  status.value = 'offline';
  await settle(1500 + 1000 + 2000 + 4000);
  expect([asked.length, reconnects, rounds]).toEqual([4, 0, [false, false, false, false]]);
  await settle(8000);
  expect([reconnects, rounds.at(-1)]).toEqual([1, true]);
});

test.each([429, 503])('%i with Retry-After is left in peace until then, whoever is in a hurry', async (code) => {
  trouble = [new ApiError(code, 'rate_limited', '', 20)];
  await settle(1500);
  timeline.post('now!');
  dispatchEvent(new Event('online'));
  await settle(19_900);
  expect(asked.length).toBe(1);
  await settle(1200);
  expect(shown()).toEqual(['now! stored']);
});

test('nobody looks at a hidden page, so it asks for nothing; what was written there still goes out', async () => {
  await settle(1500);
  setHidden(true);
  const before = asked.length;
  await settle(60_000);
  timeline.post('bye');
  await settle(60_000);
  expect(asked.slice(before)).toEqual([`POST ${BASE}messages/`]);
  expect(shown()).toEqual(['bye stored']);
  stored.push(message(2));
  setHidden(false);
  await settle(0);
  expect(shown().length).toBe(2);
});

test('a page that asked for nothing does not take the server for reachable', async () => {
  trouble = [unavailable()];
  status.value = 'offline';
  await settle(1500);
  setHidden(true);
  await settle(60_000);
  expect([rounds, reconnects]).toEqual([[false], 0]);
});

// --- what is refused ---

test('a message that fails with the server goes out later, with the same client_id', async () => {
  trouble = [unavailable(), unavailable()];
  const { client_id } = timeline.post('hello');
  await settle(1500 + 1000 + 2000);
  expect(stored.map((one) => one.client_id)).toEqual([client_id]);
  expect(posts()).toBe(3);
});

test('a refusal for good fails that message, and the next one still goes', async () => {
  trouble = [new ApiError(400, 'too_long', 'at most 10 000 characters')];
  timeline.post('long');
  timeline.post('short');
  await settle(1500);
  expect(shown()).toEqual(['short stored', 'long failed']);
});

test('a conflict names the conversation that is open instead', async () => {
  trouble = [new ApiError(409, 'conflict', '', null, undefined, id(77))];
  timeline.post('hello');
  await settle(1500);
  expect(refused).toMatchObject([{ code: 'conflict', conversation_id: id(77) }]);
});

test('a credential that is no good fails no message: whoever is known again may say it', async () => {
  trouble = [new ApiError(401, 'not_authenticated', '')];
  timeline.post('hello');
  await settle(60_000);
  expect(shown()).toEqual(['hello sending']);
  expect(asked.length).toBe(1);
});

test('what was discarded is not sent', async () => {
  trouble = [unavailable()];
  const { client_id } = timeline.post('oh no');
  await settle(1500);
  timeline.discard(client_id);
  await settle(60_000);
  expect(posts()).toBe(1);
});

test('a conversation that is gone keeps nobody from the others', async () => {
  const other = createTimeline({ conversationId: id(2), me: 'staff', send: () => false });
  const taken: string[] = [];
  const both = createFallback({
    api,
    socket: { status, reconnect: () => undefined },
    path: 'conversations/',
    timelines: () => [timeline, other],
    changed: async () => [timeline, other],
    take: (frame) => taken.push('conversation_id' in frame ? String(frame.conversation_id) : ''),
    backoff: () => 1000,
  });
  fallback.stop();
  trouble = [new ApiError(404, 'not_found', '')];
  await settle(1500);
  expect(taken).toEqual([id(2)]);
  both.stop();
});

// --- what else a visitor does ---

test.each([
  [{ type: 'request_human' }, 'handoff'],
  [{ type: 'stop_reply' }, 'stop'],
  [{ type: 'read', rev: 3 }, 'read'],
] as const)('%j goes over HTTP as well, typing does not', async (command, name) => {
  await settle(1500);
  expect(fallback.send(command)).toBe(true);
  expect(fallback.send({ type: 'typing', is_typing: true })).toBe(false);
  await settle(0);
  expect(asked).toContain(`POST ${BASE}${name}/`);
  status.value = 'online';
  expect(fallback.send(command)).toBe(false);
});
