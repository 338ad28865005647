import { signal } from '@preact/signals';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { ADA, id, known, newMessage, state, at } from '../fixtures.ts';
import { createCrowd } from './crowd.ts';
import { createRinging, RING_MS } from './ringing.ts';
import { createTabs } from './tabs.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a crowd', () => {
  test('of five conversations in a moment is one sentence, and single voices are heard again later', () => {
    const crowd = createCrowd();
    expect([1, 2, 3, 4, 5, 6].map((number) => crowd.isOne(id(number)))).toEqual([false, false, false, false, true, true]);
    let told = 0;
    for (let times = 0; times < 200; times++) crowd.tell(() => told++);
    expect(told).toBe(1);
    vi.advanceTimersByTime(4000);
    expect(crowd.isOne(id(7))).toBe(false);
  });

  test('one conversation that says much is no crowd', () => {
    const crowd = createCrowd();
    let told = 0;
    for (let times = 0; times < 50; times++) if (crowd.isOne(id(1))) crowd.tell(() => told++);
    expect(told).toBe(0);
  });
});

describe('ringing', () => {
  function ringing() {
    const conversations = known(state(1, { waiting_since: at(1) }), state(2, { waiting_since: at(2) }));
    const isOn = signal(true);
    const isAway = signal(false);
    let rings = 0;
    let moment = 0;
    const silenced = { read: () => moment, write: (said: number) => void (moment = said) };
    const all = createRinging({ conversations, sound: { play: () => void rings++ } as never, isOn: () => isOn.value, isAway: () => isAway.value, silenced });
    return { ...all, isAway, conversations, isOn, rings: () => rings };
  }

  test('goes on until it is claimed', () => {
    const { watch, ids, conversations, rings } = ringing();
    vi.advanceTimersByTime(RING_MS * 2);
    expect(rings()).toBe(0);
    watch(id(1));
    vi.advanceTimersByTime(RING_MS * 3);
    expect([ids.value, rings()]).toEqual([[id(1)], 3]);
    conversations.merge(state(1, { rev: 6, waiting_since: at(1), assignee: ADA }));
    vi.advanceTimersByTime(RING_MS * 3);
    expect([ids.value, rings()]).toEqual([[], 3]);
  });

  test('is silenced for those that ring, and not for the next one', () => {
    const { watch, silence, ids, rings } = ringing();
    watch(id(1));
    silence();
    vi.advanceTimersByTime(RING_MS * 2);
    expect(rings()).toBe(0);
    watch(id(2));
    expect(ids.value).toEqual([id(2)]);
  });

  test('goes on for who waited before, unless they were silenced or one is away', () => {
    const { watch, silence, resume, ids, isAway } = ringing();
    watch(id(1));
    silence();
    resume([id(1), id(2)]);
    expect(ids.value).toEqual([id(2)]);
    isAway.value = true;
    expect(ids.value).toEqual([]);
    isAway.value = false;
    expect(ids.value).toEqual([id(2)]);
  });

  test('ends where it is switched off', () => {
    const { watch, isOn, rings } = ringing();
    watch(id(1));
    isOn.value = false;
    vi.advanceTimersByTime(RING_MS * 2);
    expect(rings()).toBe(0);
  });
});

test('without locks every tab speaks, for nobody could say which', () => {
  expect(createTabs(1, undefined).speaks.value).toBe(true);
});

test('a list of thousands is put in order as if it were sorted anew', () => {
  const conversations = known(...Array.from({ length: 500 }, (_, number) => state(number)));
  vi.advanceTimersByTime(1000);
  for (let rev = 6; rev < 40; rev++) conversations.takeMessage(newMessage((rev * 37) % 500, rev));
  vi.advanceTimersByTime(1000);
  const times = conversations.ids.value.map((one) => Date.parse(conversations.get(one)!.last_message_at));
  expect(times).toHaveLength(500);
  expect(times).toEqual([...times].sort((a, b) => b - a));
});
