import { expect, test } from 'vitest';

import { ApiError } from '../../shared/http.ts';
import { id, Shelf } from '../fixtures.ts';
import { createStore } from '../../shared/storage.ts';
import { createAssistance, type Suggestion } from './assistance.ts';
import { createCompositions } from './composing.ts';

const DRAFT: Suggestion = { text: 'It takes 4–7 days.', detail: '', sources: [{ title: 'Delivery', url: '/d' }], by: 'built-in' };

/** The composer of conversation 1, and the server, which answers when the test lets it. */
function composer() {
  const calls: { path: string; body: unknown; signal: AbortSignal; answer: (one: Suggestion) => void; refuse: (error: unknown) => void }[] = [];
  const compositions = createCompositions(createStore(() => new Shelf()), 1);
  const assistance = createAssistance({
    compositions,
    ask: (path, body, signal) =>
      new Promise((answer, refuse) => {
        signal.addEventListener('abort', () => refuse(new ApiError(0, 'offline', 'aborted')));
        calls.push({ path, body, signal, answer: answer as never, refuse });
      }),
  });
  const written = () => compositions.of(id(1)).peek();
  const help = () => assistance.of(id(1)).peek();
  return { assistance, calls, compositions, written, help };
}

test('a draft is put into the reply, and says what it rests on', async () => {
  const { assistance, calls, written, help } = composer();
  const done = assistance.draft(id(1));
  expect(help()).toEqual({ state: 'asking', kind: 'draft' });
  expect(calls[0]!.path).toBe(`conversations/${id(1)}/draft/`);
  calls[0]!.answer(DRAFT);
  await done;
  expect(written()).toMatchObject({ mode: 'reply', reply: DRAFT.text });
  expect(help()).toMatchObject({ state: 'put_in', offer: DRAFT });
});

test('what stood there comes back with Undo, and the draft stays at hand with what was changed in it', async () => {
  const { assistance, calls, compositions, written, help } = composer();
  compositions.write(id(1), { reply: 'Dear Vera,' });
  const done = assistance.draft(id(1));
  calls[0]!.answer(DRAFT);
  await done;
  compositions.write(id(1), { reply: `${DRAFT.text} Ben` });
  assistance.undo(id(1));
  expect(written().reply).toBe('Dear Vera,');
  assistance.putIn(id(1));
  expect(written().reply).toBe(`${DRAFT.text} Ben`);
  assistance.undo(id(1));
  expect(written().reply).toBe('Dear Vera,');
  expect(help().state).toBe('held');
});

test('who goes on writing is not interrupted', async () => {
  const { assistance, calls, compositions, written, help } = composer();
  const done = assistance.draft(id(1));
  compositions.write(id(1), { reply: 'I know this one' });
  calls[0]!.answer(DRAFT);
  await done;
  expect(written().reply).toBe('I know this one');
  expect(help()).toMatchObject({ state: 'held', offer: DRAFT });
});

test('a summary becomes a note and leaves the reply alone', async () => {
  const { assistance, calls, compositions, written } = composer();
  compositions.write(id(1), { reply: 'Half a reply', note: 'Half a note' });
  const done = assistance.summarise(id(1));
  calls[0]!.answer({ ...DRAFT, text: '- Wants a refund' });
  await done;
  expect(written()).toEqual({ mode: 'note', reply: 'Half a reply', note: '- Wants a refund' });
  assistance.undo(id(1));
  expect(written()).toEqual({ mode: 'reply', reply: 'Half a reply', note: 'Half a note' });
});

test('a note is rewritten as a note', async () => {
  const { assistance, calls, compositions, written } = composer();
  compositions.write(id(1), { mode: 'note', reply: 'Hello', note: '  too  long ' });
  const done = assistance.rewrite(id(1), 'shorter');
  expect(calls[0]!.body).toEqual({ text: 'too  long', how: 'shorter' });
  calls[0]!.answer({ ...DRAFT, text: 'long' });
  await done;
  expect(written()).toEqual({ mode: 'note', reply: 'Hello', note: 'long' });
});

test('nothing is asked about an empty field', async () => {
  const { assistance, calls, help } = composer();
  await assistance.rewrite(id(1), 'spelling');
  expect(calls).toEqual([]);
  expect(help()).toMatchObject({ state: 'nothing', why: 'Write something first.' });
});

test('cancelling takes the request back and changes nothing', async () => {
  const { assistance, calls, written, help } = composer();
  const done = assistance.draft(id(1));
  assistance.cancel(id(1));
  expect(calls[0]!.signal.aborted).toBe(true);
  await done;
  expect(help()).toEqual({ state: 'none' });
  expect(written().reply).toBe('');
});

test('of two requests only the later is heard', async () => {
  const { assistance, calls, written } = composer();
  const first = assistance.draft(id(1));
  const second = assistance.draft(id(1));
  expect(calls[0]!.signal.aborted).toBe(true);
  calls[1]!.answer({ ...DRAFT, text: 'Second' });
  await Promise.all([first, second]);
  expect(written().reply).toBe('Second');
});

test.each([
  [new ApiError(429, 'rate_limited', 'slow', 12), 'The AI was asked very often. Try again in 12 s.'],
  [new ApiError(0, 'offline', 'x'), 'The server could not be reached.'],
  [new ApiError(403, 'forbidden', 'You may not.'), 'You may not.'],
])('a refusal is said in words', async (error, words) => {
  const { assistance, calls, written, help } = composer();
  const done = assistance.draft(id(1));
  calls[0]!.refuse(error);
  await done;
  expect(help()).toMatchObject({ state: 'nothing', why: words });
  expect(written().reply).toBe('');
});

test('where there is nothing to offer, it says why', async () => {
  const { assistance, calls, help } = composer();
  const done = assistance.draft(id(1));
  calls[0]!.answer({ text: '', detail: 'The articles say nothing about this.', sources: [], by: 'built-in' });
  await done;
  expect(help()).toEqual({ state: 'nothing', kind: 'draft', why: 'The articles say nothing about this.' });
});
