import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { createTypingSender, type TypingSender } from './typing.ts';

let sent: boolean[];
let typing: TypingSender;

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  typing = createTypingSender((command) => command.type === 'typing' && Boolean(sent.push(command.is_typing)));
});

afterEach(() => void vi.useRealTimers());

test('many keys are one notice every two and a half seconds', () => {
  for (let key = 0; key < 30; key++) {
    typing.typed('hello');
    vi.advanceTimersByTime(100);
  }
  expect(sent).toEqual([true, true]);
});

test('typing ends when the keys rest, when the field is empty and when it was sent', () => {
  typing.typed('hello');
  vi.advanceTimersByTime(4000);
  typing.typed('hello');
  typing.typed('  ');
  typing.typed('hello');
  typing.done();
  expect(sent).toEqual([true, false, true, false, true, false]);
});

test('who has not typed has nothing to end', () => {
  typing.done();
  expect(sent).toEqual([]);
});
