/** Vera's chat for a test: a server of prepared answers, a socket that a test moves, and pages that are loaded again. */
import { afterEach, beforeAll, beforeEach, vi } from 'vitest';

import { createStore } from '../shared/storage.ts';
import { createUnsent } from '../shared/unsent.ts';
import { createChat, fetchConversation, type Chat } from '../widget/frame/chat.ts';
import { createVisitor } from '../widget/frame/visitor.ts';
import { FakeSocket } from './fake_socket.ts';
import { resumed, state } from './frames.ts';

/** What the server answers to each path; a test changes it. */
export let answers: Record<string, () => Response | Promise<Response>>;
export let requests: { path: string; body: Record<string, unknown> }[];
export let chat: Chat;
export let arrived: string[];
export let handles: (string | null)[];

export const json = (status: number, body: unknown): Response => new Response(JSON.stringify(body), { status });
export const session = (conversation: unknown = null): Response =>
  json(201, { visitor_token: 'v_1', resume_handle: 'r_1', conversation });
export const refusal = (status: number, code: string): Response => json(status, { error: { code, detail: '' } });
export const settle = (milliseconds = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds);

export const shown = (): string[] => chat.timeline.value.entries.value.map((entry) => `${entry.message.content} ${entry.state}`);
export const asked = (path: string): Record<string, unknown>[] => requests.filter((request) => request.path === path).map(({ body }) => body);
export const said = (): string[] => FakeSocket.last.sent.flatMap((command) => (command.type === 'chat_message' ? [command.content] : []));

/** Before each test a new page, on which nobody has been. */
export function prepareChat(): void {
  beforeAll(() => {
    // What the server writes into the page.
    const boot = JSON.stringify({ language: 'en', texts: {}, now: Date.now() });
    document.head.append(Object.assign(document.createElement('script'), { id: 'boot', type: 'application/json', textContent: boot }));
    return fetchConversation(); // With prepared timers nothing could be read from disk any more.
  });
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('WebSocket', FakeSocket);
    localStorage.clear();
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
}

/** The page with the chat, beside another one if there is one. */
export function load(): void {
  FakeSocket.opened = [];
  requests = [];
  const store = createStore();
  const visitor = createVisitor({
    websiteKey: 'acme',
    locale: 'en',
    store,
    keepHandle: (handle) => handles.push(handle),
  });
  const unsent = createUnsent(store, 'unsent:');
  chat = createChat({ visitor, unsent, onArrival: ({ content }) => arrived.push(content), onStarted: () => undefined });
}

/** The page is gone; what it kept is there when it comes back. */
export async function reload(now = Date.now()): Promise<void> {
  vi.clearAllTimers();
  vi.setSystemTime(now);
  load();
  await settle();
}

export async function inConversation(): Promise<void> {
  answers['widget/sessions/'] = () => session(state(0));
  await chat.begin();
  await settle();
  FakeSocket.last.greet({ conversation: state(0), rev: 0 });
  FakeSocket.last.hear(resumed(0, []));
}
