// @vitest-environment happy-dom
import { beforeEach, expect, test } from 'vitest';

import { createStore } from '../../shared/storage.ts';
import { createTimeline } from '../../shared/timeline.ts';
import { createUnsent } from '../../shared/unsent.ts';
import { createEarly } from './early.ts';

const unsent = createUnsent(createStore(), 'unsent:');
const newTimeline = () => createTimeline({ conversationId: '', me: 'visitor', send: () => false, unsent });

beforeEach(() => localStorage.clear());

test('what is said before there is what holds it survives a reload, and is said once and in order', () => {
  const before = createEarly(unsent);
  before.add('first', []);
  before.add('second', []);
  const early = createEarly(unsent); // the page is loaded anew
  expect(early.isWaiting()).toBe(true);
  expect(early.messages.value.map(({ content }) => content)).toEqual(['first', 'second']);
  const timeline = newTimeline();
  early.moveTo(timeline);
  early.moveTo(timeline);
  expect(timeline.entries.value.map(({ message, state }) => `${message.content} ${state}`)).toEqual(['first sending', 'second sending']);
  expect(early.messages.value).toEqual([]);
  timeline.stop();
});

test('what is thrown away before it was held does not come back', () => {
  const early = createEarly(unsent);
  early.add('secret', []);
  early.discard();
  expect(createEarly(unsent).isEmpty()).toBe(true);
});

test('what was not sent in time has failed, until it is tried again: also over a reload', () => {
  const before = createEarly(unsent);
  before.add('old', []);
  const [kept] = unsent.all();
  unsent.keep({ ...kept!, at: kept!.at - 3_600_000 });
  const early = createEarly(unsent);
  expect(early.messages.value[0]!.error).toBe('no_answer');
  expect(early.isWaiting()).toBe(false);
  expect(early.retry('another')).toBe(false);
  expect(early.retry(kept!.client_id)).toBe(true);
  expect(early.isWaiting()).toBe(true);
  expect(createEarly(unsent).isWaiting()).toBe(true);
});
