// @vitest-environment happy-dom
import { computed, signal } from '@preact/signals';
import { expect, test } from 'vitest';

import { answers, asked, chat, handles, inConversation, json, prepareChat, refusal, requests, said, session, settle, shown } from '../../testing/chat.ts';
import { FakeSocket } from '../../testing/fake_socket.ts';
import { id, message, newMessage, resumed, state } from '../../testing/frames.ts';
import { watchAttention } from './attention.ts';

prepareChat();

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
