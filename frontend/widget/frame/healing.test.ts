// @vitest-environment happy-dom
/** What the visitor wrote outlives a reload, a server that is down, and a network without sockets. */
import { expect, test, vi } from 'vitest';

import { answers, asked, chat, inConversation, json, load, prepareChat, refusal, reload, requests, said, settle, shown } from '../../testing/chat.ts';
import { FakeSocket } from '../../testing/fake_socket.ts';
import { message, newMessage, resumed, state } from '../../testing/frames.ts';

prepareChat();

// --- a reload ---

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
  await settle();
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
  await settle(3100);
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
