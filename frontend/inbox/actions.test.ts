import { expect, test } from 'vitest';

import { ApiError, type Api } from '../shared/http.ts';
import { createActions } from './actions.ts';
import { createToasts } from './alerts/toasts.ts';
import { ADA, BEN, id, known, state } from './fixtures.ts';

interface Call {
  what: string;
  body: unknown;
  answer: (value: unknown) => void;
  refuse: (error: ApiError) => void;
}

/** Acme's server, which answers when the test lets it. */
function desk() {
  const calls: Call[] = [];
  const ask = (what: string, body: unknown): Promise<never> =>
    new Promise((answer, refuse) => calls.push({ what, body, answer: answer as Call['answer'], refuse }));
  const api = { post: (path: string) => ask(path, null), patch: ask } as unknown as Api;
  const conversations = known(state(1, { handled_by: 'ai' }));
  const toasts = createToasts();
  const went: string[] = [];
  const actions = createActions({
    api,
    conversations,
    toasts,
    me: ADA,
    send: () => false,
    leave: (one) => void went.push(`leave ${one}`),
    comeBack: (one) => void went.push(`back ${one}`),
  });
  return { actions, calls, conversations, toasts, went, texts: () => toasts.list.value.map((toast) => toast.text) };
}

const turn = (): Promise<void> => new Promise((done) => setTimeout(done));

test('what is done shows at once and is confirmed by the answer', async () => {
  const { actions, calls, conversations } = desk();
  const done = actions.takeOver(id(1));
  expect(conversations.get(id(1))).toMatchObject({ handled_by: 'human', assignee: ADA, rev: 5 });
  await turn();
  expect(calls.map((call) => call.what)).toEqual([`conversations/${id(1)}/take-over/`]);
  calls[0]!.answer(state(1, { rev: 6, assignee: ADA }));
  await done;
  expect(conversations.get(id(1))).toMatchObject({ handled_by: 'human', rev: 6 });
});

test('what the server refuses is taken back and said', async () => {
  const { actions, calls, conversations, texts } = desk();
  const done = actions.takeOver(id(1));
  await turn();
  calls[0]!.refuse(new ApiError(503, 'unavailable', 'Not now.'));
  await done;
  expect(conversations.get(id(1))).toMatchObject({ handled_by: 'ai', assignee: null });
  expect(texts()).toEqual(['Could not take over']);
});

test('two clicks reach the server one after the other', async () => {
  const { actions, calls } = desk();
  void actions.assignToMe(id(1));
  void actions.assign(id(1), null);
  await turn();
  expect(calls.map((call) => call.body)).toEqual([{ assignee: ADA.id }]);
  calls[0]!.answer(state(1, { rev: 6, assignee: ADA }));
  await turn();
  expect(calls.map((call) => call.body)).toEqual([{ assignee: ADA.id }, { assignee: null }]);
});

test('the answer to the first of two clicks does not show over the second', async () => {
  const { actions, calls, conversations } = desk();
  void actions.assignToMe(id(1));
  const released = actions.assign(id(1), null);
  await turn();
  calls[0]!.answer(state(1, { rev: 6, assignee: ADA }));
  await turn();
  expect(conversations.get(id(1))).toMatchObject({ assignee: null, rev: 6 });
  calls[1]!.answer(state(1, { rev: 7, assignee: null }));
  await released;
  expect(conversations.get(id(1))).toMatchObject({ assignee: null, rev: 7 });
});

test('a refused click does not hold up the next one', async () => {
  const { actions, calls } = desk();
  void actions.assignToMe(id(1));
  void actions.assign(id(1), null);
  await turn();
  calls[0]!.refuse(new ApiError(409, 'conflict', ''));
  await turn();
  expect(calls).toHaveLength(2);
});

test('resolving goes on to the next; when it fails one is brought back', async () => {
  const { actions, calls, conversations, went, texts } = desk();
  const done = actions.resolve(id(1));
  expect([conversations.get(id(1))?.status, texts()]).toEqual(['resolved', ['Resolved']]);
  await turn();
  calls[0]!.refuse(new ApiError(0, 'offline', ''));
  await done;
  expect(conversations.get(id(1))?.status).toBe('open');
  expect(went).toEqual([`leave ${id(1)}`, `back ${id(1)}`]);
  expect(texts()).toEqual(['Could not resolve']);
});

test('whose it was comes back with Undo', async () => {
  const { actions, calls, toasts } = desk();
  const done = actions.assign(id(1), BEN);
  await turn();
  calls[0]!.answer(state(1, { rev: 6, assignee: BEN }));
  await done;
  toasts.list.value[0]!.action!.run();
  await turn();
  expect(calls.map((call) => call.body)).toEqual([{ assignee: BEN.id }, { assignee: null }]);
});
