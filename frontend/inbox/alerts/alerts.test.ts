import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { ADA, BEN, id, message, newMessage, state, updated } from '../fixtures.ts';
import { createAlerts } from './alerts.ts';
import { createAnnouncer } from './announcer.ts';
import { titleFor } from './title.ts';
import { createToasts } from './toasts.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function alerts(selected: string | null = null) {
  const toasts = createToasts();
  const announcer = createAnnouncer();
  let rings = 0;
  const notices: string[] = [];
  const rung: string[] = [];
  const all = createAlerts({
    me: ADA.id,
    toasts,
    announcer,
    notice: (notice) => void notices.push(notice.tag),
    ring: (one) => void rung.push(one),
    sound: { play: () => void rings++ },
    selected: () => selected,
    open: () => undefined,
    isHidden: () => false,
  });
  return { ...all, announcer, notices, rung, texts: () => toasts.list.value.map((toast) => toast.text), rings: () => rings };
}

describe('a visitor\'s message', () => {
  test('in a new conversation rings and shows', () => {
    const { message, texts, rings } = alerts();
    message(newMessage(1, 1), null);
    expect([texts(), rings()]).toEqual([['New conversation'], 1]);
  });

  test('that waits for a person rings and shows who', () => {
    const { message, texts, rings } = alerts();
    message(newMessage(1, 6), state(1));
    expect([texts(), rings()]).toEqual([['Vera 1'], 1]);
  });

  test('that the AI answers disturbs nobody', () => {
    const { message, texts, rings } = alerts();
    message(newMessage(1, 6), state(1, { handled_by: 'ai' }));
    expect([texts(), rings()]).toEqual([[], 0]);
  });

  test('on the screen is not shown twice, but read out', () => {
    const { message, texts, announcer } = alerts(id(1));
    message(newMessage(1, 6, { content: '**Hello**' }), state(1));
    expect(texts()).toEqual([]);
    expect(announcer.text.value.trim()).toBe('Vera 1: Hello');
  });

  test('ten of them in one conversation are one toast', () => {
    const { message, texts } = alerts();
    for (let rev = 6; rev < 16; rev++) message(newMessage(1, rev), state(1));
    expect(texts()).toEqual(['Vera 1']);
  });
});

test('what staff or the AI writes never rings', () => {
  const { message, texts, rings } = alerts();
  message(newMessage(1, 6, { role: 'assistant', is_manual: true, author: BEN }), state(1));
  message(newMessage(1, 7, { role: 'assistant' }), state(1));
  expect([texts(), rings()]).toEqual([[], 0]);
});

test('what a colleague looks after is theirs to hear of', () => {
  const { message, texts, rings, rung } = alerts();
  message(newMessage(1, 6), state(1, { assignee: BEN }));
  expect([texts(), rings(), rung]).toEqual([[], 0, []]);
});

test('what waits is noticed outside of the page and rung for; what is on the screen is only rung for', () => {
  const away = alerts();
  away.message(newMessage(1, 6), state(1));
  expect([away.notices, away.rung]).toEqual([[id(1)], [id(1)]]);
  const here = alerts(id(1));
  here.message(newMessage(1, 6), state(1));
  expect([here.notices, here.rung]).toEqual([[], [id(1)]]);
});

describe('a conversation that is given to me', () => {
  const before = state(1);

  test('by the system or a colleague is told', () => {
    const { update, texts } = alerts();
    update(updated(1, { rev: 6, assignee: ADA }, message(1, 6, { kind: 'activity', author: BEN })), before);
    expect(texts()).toEqual(['Assigned to you · Vera 1']);
  });

  test('by my own hand is not', () => {
    const { update, texts } = alerts();
    update(updated(1, { rev: 6, assignee: ADA }, message(1, 6, { kind: 'activity', author: ADA })), before);
    expect(texts()).toEqual([]);
  });
});

describe('from the AI to a person', () => {
  const before = state(1, { handled_by: 'ai' });

  test('by the visitor\'s wish rings and shows', () => {
    const { update, texts, rings } = alerts();
    update(updated(1, { rev: 6 }, message(1, 6, { kind: 'activity', content: 'Handed over to people.' })), before);
    expect([texts(), rings()]).toEqual([['Vera 1 asks for a person'], 1]);
  });

  test('on the screen is not shown twice', () => {
    const { update, texts } = alerts(id(1));
    update(updated(1, { rev: 6 }, message(1, 6, { kind: 'activity' })), before);
    expect(texts()).toEqual([]);
  });

  test('by a colleague\'s hand is quiet', () => {
    const { update, texts } = alerts();
    update(updated(1, { rev: 6 }, message(1, 6, { kind: 'activity', author: BEN })), before);
    expect(texts()).toEqual([]);
  });
});

describe('toasts', () => {
  test('leave by themselves, errors do not', () => {
    const toasts = createToasts();
    toasts.show({ text: 'Resolved' });
    toasts.error('Could not resolve');
    vi.advanceTimersByTime(60_000);
    expect(toasts.list.value.map((toast) => toast.text)).toEqual(['Could not resolve']);
  });

  test('do not vanish under the pointer', () => {
    const toasts = createToasts();
    toasts.show({ text: 'Resolved' });
    toasts.hold(true);
    vi.advanceTimersByTime(60_000);
    expect(toasts.list.value).toHaveLength(1);
    toasts.hold(false);
    vi.advanceTimersByTime(60_000);
    expect(toasts.list.value).toHaveLength(0);
  });

  test('never cover the page: the oldest notice makes room before an error does', () => {
    const toasts = createToasts();
    toasts.error('Broken');
    for (const number of [1, 2, 3, 4, 5]) toasts.show({ text: `Notice ${number}` });
    expect(toasts.list.value.map((toast) => toast.text)).toEqual(['Broken', 'Notice 3', 'Notice 4', 'Notice 5']);
  });
});

test.each([
  [0, true, 'Inbox'],
  [3, true, '(3) Inbox'],
  [3, false, '(3+) Inbox'],
  [250, true, '(99+) Inbox'],
])('the title with %i waiting, exact: %s', (count, isExact, title) => expect(titleFor(count, isExact)).toBe(title));
