// @vitest-environment happy-dom
import { computed, signal } from '@preact/signals';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { id, message, newMessage, resumed, state } from '../../testing/frames.ts';
import { FakeSocket } from '../../testing/fake_socket.ts';
import { createStore } from '../../shared/storage.ts';
import { createUnsent } from '../../shared/unsent.ts';
import { watchAttention } from './attention.ts';
import { createChat, type Chat } from './chat.ts';
import { createVisitor } from './visitor.ts';

/** What the server answers to each path; a test changes it. */
let answers: Record<string, () => Response | Promise<Response>>;
let requests: { path: string; body: Record<string, unknown> }[];
let chat: Chat;
let arrived: string[];
let handles: (string | null)[];

/** The page with the chat, as after a (re)load. */
function load(): void {
  const store = createStore();
  const visitor = createVisitor({
    websiteKey: 'acme',
    store,
    keepHandle: (handle) => handles.push(handle),
    onIdentityRefused: () => undefined,
  });
  const unsent = createUnsent(store, 'unsent:');
  chat = createChat({ visitor, unsent, onArrival: ({ content }) => arrived.push(content), onStarted: () => undefined });
}

const json = (status: number, body: unknown): Response => new Response(JSON.stringify(body), { status });
const session = (conversation: unknown = null): Response =>
  json(201, { visitor_token: 'v_1', resume_handle: 'r_1', conversation });
const refusal = (status: number, code: string): Response => json(status, { error: { code, detail: '' } });

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('WebSocket', FakeSocket);
  localStorage.clear();
  FakeSocket.opened = [];
  requests = [];
  arrived = [];
  handles = [];
  answers = {
    'widget/sessions/': () => session(),
    'auth/ws-connection-token/': () => json(201, { connection_token: 't', expires_in: 60 }),
    'widget/conversations/': () => json(201, { conversation: state(1), message: null }),
  };
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    const path = url.replace('/api/v1/', '');
    requests.push({ path, body: JSON.parse(String(init.body ?? null)) as Record<string, unknown> });
    return answers[path]!();
  });
  load();
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const settle = (milliseconds = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds);
const shown = (): string[] => chat.timeline.value.entries.value.map((entry) => `${entry.message.content} ${entry.state}`);
const asked = (path: string): Record<string, unknown>[] => requests.filter((request) => request.path === path).map(({ body }) => body);
const said = (): string[] => FakeSocket.last.sent.flatMap((command) => (command.type === 'chat_message' ? [command.content] : []));

async function inConversation(): Promise<void> {
  answers['widget/sessions/'] = () => session(state(0));
  await chat.begin();
  await settle();
  FakeSocket.last.greet({ conversation: state(0), rev: 0 });
  FakeSocket.last.hear(resumed(0, []));
}

test('opening the chat makes no conversation', async () => {
  await chat.begin();
  expect(requests.map(({ path }) => path)).toEqual(['widget/sessions/']);
  expect(FakeSocket.opened.length).toBe(0);
  expect(handles).toEqual(['r_1']);
});

test('the first message makes the conversation, the second follows over the socket, each once', async () => {
  chat.say('first');
  chat.say('second');
  expect(shown()).toEqual(['first sending', 'second sending']);
  const [first] = chat.timeline.value.entries.value;
  answers['widget/conversations/'] = () =>
    json(201, { conversation: state(1), message: message(1, { client_id: first!.key, content: 'first' }) });
  await settle();
  expect(asked('widget/conversations/')).toEqual([{ client_id: first!.key, content: 'first' }]);
  FakeSocket.last.greet({ conversation: state(1), rev: 1 });
  expect(said()).toEqual(['second']);
  FakeSocket.last.hear(resumed(1, [message(1, { client_id: first!.key, content: 'first' })]));
  expect(shown()).toEqual(['first stored', 'second sending']);
});

test('a message for a server that is down waits, and nothing has to be done by hand', async () => {
  answers['widget/sessions/'] = () => refusal(503, 'unavailable');
  chat.say('anybody?');
  await settle(5000);
  expect(chat.link.value).toBe('offline');
  expect(shown()).toEqual(['anybody? sending']);
  answers['widget/sessions/'] = () => session();
  await settle(30_000);
  expect(asked('widget/conversations/').length).toBe(1);
  FakeSocket.last.greet({ conversation: state(1), rev: 1 });
  expect(said()).toEqual(['anybody?']);
});

test('a first message that is refused says so, and the next one is still tried', async () => {
  answers['widget/conversations/'] = () => refusal(400, 'invalid');
  chat.say('bad');
  await settle();
  expect(chat.timeline.value.entries.value[0]).toMatchObject({ state: 'failed', error: 'invalid' });
  answers['widget/conversations/'] = () => json(201, { conversation: state(1), message: null });
  chat.say('good');
  await settle();
  expect(asked('widget/conversations/').map(({ content }) => content)).toEqual(['bad', 'good']);
  expect(shown()).toEqual(['bad failed', 'good sending']);
});

test('a website that is switched off has no chat', async () => {
  answers['widget/sessions/'] = () => refusal(404, 'not_found');
  await chat.begin();
  expect(chat.phase.value).toBe('unavailable');
});

test('a conflict moves what was said into the conversation that is open', async () => {
  await inConversation();
  chat.say('hello again');
  const [entry] = chat.timeline.value.entries.value;
  FakeSocket.last.hear({ type: 'rejected', code: 'conflict', detail: '', client_id: entry!.key, conversation_id: id(77) });
  await settle();
  expect(FakeSocket.last.url).toContain(`/ws/chat/${id(77)}/`);
  FakeSocket.last.greet({ conversation: { ...state(0), id: id(77) }, rev: 0 });
  expect(FakeSocket.last.sent).toContainEqual({ type: 'chat_message', client_id: entry!.key, content: 'hello again' });
  expect(shown()).toEqual(['hello again sending']);
});

test('a conversation that is taken away is asked about twice, then left in peace', async () => {
  await inConversation();
  for (let time = 0; time < 3; time++) {
    FakeSocket.last.drop(4003);
    await settle(100);
  }
  expect(FakeSocket.opened.length).toBe(3);
  expect(chat.phase.value).toBe('unavailable');
});

test('a visitor whose token is gone begins anew, and what was unsent goes with them', async () => {
  await inConversation();
  FakeSocket.last.drop(1006);
  chat.say('still here');
  const allowed = answers['auth/ws-connection-token/']!;
  answers['auth/ws-connection-token/'] = () => refusal(401, 'not_authenticated');
  answers['widget/sessions/'] = () => {
    answers['auth/ws-connection-token/'] = allowed;
    return session();
  };
  await settle(2000);
  expect(asked('widget/sessions/').at(-1)).not.toHaveProperty('visitor_token');
  expect(asked('widget/conversations/').map(({ content }) => content)).toEqual(['still here']);
});

test('a person can be asked for before anything was said', async () => {
  chat.askForPerson();
  await settle();
  expect(asked('widget/conversations/')).toEqual([{}]);
  FakeSocket.last.greet({ conversation: state(0), rev: 0 });
  expect(FakeSocket.last.sent.map(({ type }) => type)).toContain('request_human');
  expect(chat.personWish.value).toBe('waiting');
  FakeSocket.last.hear(resumed(1, [], { conversation: state(1, { handled_by: 'human' }) }));
  expect(chat.personWish.value).toBe('none');
});

test('a person asked for while offline is asked for again with the next connection', async () => {
  await inConversation();
  FakeSocket.last.drop(4012);
  chat.askForPerson();
  await settle(4000);
  FakeSocket.last.greet({ conversation: state(0), rev: 0 });
  expect(FakeSocket.last.sent.map(({ type }) => type)).toContain('request_human');
});

test('logging out of the page leaves nothing of the old visitor behind', async () => {
  await inConversation();
  FakeSocket.last.hear(newMessage(1, { role: 'assistant', content: 'secret' }));
  answers['widget/sessions/'] = () => session();
  await chat.restart({ keepUnsent: false });
  expect(shown()).toEqual([]);
});

test('a session that was asked for before the log-out comes too late', async () => {
  let answerLate: (response: Response) => void = () => undefined;
  answers['widget/sessions/'] = () => new Promise<Response>((resolve) => (answerLate = resolve));
  void chat.begin();
  await settle();
  answers['widget/sessions/'] = () => session();
  await chat.restart({ keepUnsent: false });
  answerLate(session(state(5)));
  await settle();
  expect(FakeSocket.opened.length).toBe(0);
});

test('what is unread is counted while the panel is closed, and marked as read when it is opened', async () => {
  const isLooking = signal(false);
  const counts: number[] = [];
  await inConversation();
  watchAttention(chat, computed(() => isLooking.value), (count) => counts.push(count));
  FakeSocket.last.hear(newMessage(1, { role: 'assistant' }));
  FakeSocket.last.hear(newMessage(2, { role: 'system', kind: 'activity' }));
  FakeSocket.last.hear(newMessage(3, { role: 'assistant' }));
  await settle(2000);
  const reads = (): number[] => FakeSocket.last.sent.flatMap((command) => (command.type === 'read' ? [command.rev] : []));
  expect(counts).toEqual([1, 2]);
  expect(reads()).toEqual([]);
  isLooking.value = true;
  await settle(2000);
  expect(counts).toEqual([1, 2, 0]);
  expect(reads()).toEqual([3]);
  isLooking.value = false;
  await settle(2000);
  expect(counts).toEqual([1, 2, 0]);
});

test('a busy conversation is marked as read at most once a second', async () => {
  await inConversation();
  watchAttention(chat, signal(true), () => undefined);
  for (let rev = 1; rev <= 20; rev++) {
    FakeSocket.last.hear(newMessage(rev, { role: 'assistant' }));
    await settle(100);
  }
  await settle(3000);
  const reads = FakeSocket.last.sent.filter(({ type }) => type === 'read');
  expect(reads.length).toBeLessThanOrEqual(3);
  expect(reads.at(-1)).toEqual({ type: 'read', rev: 20 });
});

// --- a reload ---

/** The page is gone; what it kept is there when it comes back. */
async function reload(now = Date.now()): Promise<void> {
  FakeSocket.opened = [];
  requests = [];
  vi.clearAllTimers();
  vi.setSystemTime(now);
  load();
  await settle();
}

test('what was unsent is shown again after a reload and goes out with its client_id', async () => {
  await inConversation();
  FakeSocket.last.drop(1006);
  chat.say('written in a tunnel');
  const key = chat.timeline.value.entries.value[0]!.key;
  await reload();
  expect(shown()).toEqual(['written in a tunnel sending']);
  expect(chat.hasUnsent()).toBe(true);
  await inConversation();
  expect(FakeSocket.last.sent).toContainEqual({ type: 'chat_message', client_id: key, content: 'written in a tunnel' });
  FakeSocket.last.hear(newMessage(1, { client_id: key, content: 'written in a tunnel' }));
  expect(shown()).toEqual(['written in a tunnel stored']);
  await reload();
  expect(shown()).toEqual([]);
});

test('a first message survives a reload, too, and makes one conversation', async () => {
  answers['widget/conversations/'] = () => refusal(503, 'unavailable');
  chat.say('anybody?');
  await settle();
  const first = asked('widget/conversations/')[0]!;
  await reload();
  answers['widget/conversations/'] = () => json(201, { conversation: state(1), message: message(1, { ...first }) });
  await chat.begin();
  await settle();
  expect(asked('widget/conversations/')).toEqual([first]);
  expect(shown()).toEqual(['anybody? stored']);
});

test('a first message that was stored although nobody heard of it is not said twice', async () => {
  answers['widget/conversations/'] = () => refusal(503, 'unavailable');
  chat.say('anybody?');
  await settle();
  const first = asked('widget/conversations/')[0]!;
  await reload();
  await inConversation();
  FakeSocket.last.hear(resumed(1, [message(1, { ...first })]));
  expect(asked('widget/conversations/')).toEqual([]);
  expect(shown()).toEqual(['anybody? stored']);
});

test('what was refused is still shown as failed after a reload, can be retried, and discarded for good', async () => {
  await inConversation();
  chat.say('odd');
  const key = chat.timeline.value.entries.value[0]!.key;
  FakeSocket.last.hear({ type: 'rejected', code: 'invalid', detail: '', client_id: key });
  await reload();
  expect(chat.timeline.value.entries.value[0]).toMatchObject({ state: 'failed', error: 'invalid' });
  expect(chat.hasUnsent()).toBe(false);
  await inConversation();
  expect(said()).toEqual([]);
  chat.retry(key);
  expect(said()).toEqual(['odd']);
  chat.discard(key);
  await reload();
  expect(shown()).toEqual([]);
});

test('what did not get out for ten minutes waits for a word of the visitor', async () => {
  await inConversation();
  FakeSocket.last.drop(1006);
  chat.say('are you open today?');
  await reload(Date.now() + 11 * 60_000);
  expect(chat.timeline.value.entries.value[0]).toMatchObject({ state: 'failed', error: 'no_answer' });
});

test('logging out of the page forgets what was unsent, also before the chat was opened', async () => {
  await inConversation();
  FakeSocket.last.drop(1006);
  chat.say('secret');
  await reload();
  await chat.restart({ keepUnsent: false });
  expect(requests).toEqual([]);
  await reload();
  expect(shown()).toEqual([]);
});

test('where nothing may be stored, a message is sent all the same', async () => {
  vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
    throw new DOMException('no', 'SecurityError');
  });
  await inConversation();
  chat.say('hello');
  expect(said()).toEqual(['hello']);
  vi.restoreAllMocks();
});

test('nothing is stored before the visitor has sent something', async () => {
  await inConversation();
  FakeSocket.last.hear(newMessage(1, { role: 'assistant' }));
  expect(Object.keys(localStorage)).toEqual(['chatplatform:acme']);
});

test('two tabs with the same unsent message send it under one client_id', async () => {
  await inConversation();
  FakeSocket.last.drop(1006);
  chat.say('hello');
  const key = chat.timeline.value.entries.value[0]!.key;
  load(); // the other tab
  expect(chat.timeline.value.entries.value.map((entry) => entry.key)).toEqual([key]);
});

// --- without a socket ---

test('without a socket the chat goes over HTTP, says so, and goes back', async () => {
  const stored: ReturnType<typeof message>[] = [];
  const path = `widget/conversations/${state(0).id}/`;
  answers[`${path}messages/`] = () => {
    stored.push(message(1, asked(`${path}messages/`).at(-1)));
    return json(201, { message: stored[0], rev: 1 });
  };
  answers[`${path}entries/?after=0`] = answers[`${path}entries/?after=1`] = () =>
    json(200, { entries: stored, rev: stored.length, conversation: state(stored.length), complete: true });
  await inConversation();
  await vi.dynamicImportSettled();
  FakeSocket.last.drop(1006);
  chat.say('by post');
  await settle(1600);
  expect(shown()).toEqual(['by post stored']);
  expect(chat.link.value).toBe('http');
  await settle(60_000);
  for (const { length } = FakeSocket.opened; FakeSocket.opened.length === length; ) await settle(100);
  FakeSocket.last.greet({ conversation: state(1), rev: 1 });
  expect(chat.link.value).toBe('online');
  const before = requests.length;
  await settle(20_000);
  expect(requests.length).toBe(before);
  expect(shown()).toEqual(['by post stored']);
});
