import { signal } from '@preact/signals';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import type { StaffConversation } from '../../shared/protocol.d.ts';
import { ADA, BEN, at, id, known, newMessage, state } from '../fixtures.ts';
import type { Conversations } from './conversations.ts';
import { createCounts, tally } from './counts.ts';
import { createLens, type Lens } from './lens.ts';
import type { Pages, Progress } from './pages.ts';
import { createShown } from './shown.ts';
import { isWaiting, type ViewKey } from './views.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const ALL_HERE: Progress = { ids: [], floor: -Infinity, complete: true, loading: false, started: true, error: null };

function pagesWith(progress: Partial<Progress> = {}): Pages {
  const answer = signal({ ...ALL_HERE, ...progress });
  return { of: () => answer, more: async () => undefined, renew: () => undefined, renewAll: () => undefined, reconcile: async () => undefined, fetchOne: () => undefined };
}

function shownOf(conversations: Conversations, pages = pagesWith()) {
  const lens = createLens();
  const shown = createShown({ conversations, lens, pages, me: ADA.id });
  return { lens, shown, counts: createCounts(conversations, lens, pages, ADA.id) };
}

const settle = (): void => void vi.advanceTimersByTime(100);

describe('views', () => {
  const everything = () =>
    known(
      state(1, { handled_by: 'ai' }),
      state(2, { waiting_since: at(2) }),
      state(3, { assignee: ADA }),
      state(4, { assignee: BEN }),
      state(5, { status: 'resolved' }),
      state(6, { status: 'snoozed' }),
      state(7, { status: 'paused' as never }),
      state(8, { handled_by: 'robot' as never, waiting_since: at(8) }),
    );

  test.each<[ViewKey, number[]]>([
    ['open', [8, 7, 4, 3, 2, 1]],
    ['waiting', [8, 2]],
    ['ai', [1]],
    ['mine', [3]],
    ['unassigned', [8, 7, 2]],
    ['snoozed', [6]],
    ['resolved', [5]],
    ['all', [8, 7, 6, 5, 4, 3, 2, 1]],
  ])('%s', (key, numbers) => {
    const conversations = everything();
    settle();
    const { lens, shown, counts } = shownOf(conversations);
    lens.key.value = key;
    expect(shown.ids.value).toEqual(numbers.map(id));
    expect(counts.of.value[key]).toBe(numbers.length);
  });

  test('a visitor who opened the chat and said nothing is only among all', () => {
    const { lens, shown, counts } = shownOf(known(state(1, { handled_by: 'ai', message_count: 0 }), state(2, { message_count: 0 })));
    settle();
    expect(shown.ids.value).toEqual([id(2)]);
    expect(counts.of.value).toMatchObject({ open: 1, ai: 0, all: 2 });
    lens.key.value = 'all';
    expect(shown.ids.value).toEqual([id(2), id(1)]);
  });

  test('one website only', () => {
    const { lens, shown, counts } = shownOf(known(state(1), state(2, { website_id: 2 })));
    settle();
    lens.website.value = 2;
    expect(shown.ids.value).toEqual([id(2)]);
    expect(counts.of.value.open).toBe(1);
  });

  test('those who wait are counted over all websites', () => {
    const { lens, counts } = shownOf(known(state(1, { waiting_since: at(1) }), state(2, { website_id: 2, waiting_since: at(2) })));
    settle();
    lens.website.value = 2;
    expect(counts.waiting.value).toBe(2);
  });

  test('what is older than the pages fetched waits, so that the list has no holes', () => {
    const conversations = known(state(1), state(10), state(20));
    settle();
    const floor = Date.parse(state(10).last_message_at);
    expect(shownOf(conversations, pagesWith({ floor, complete: false })).shown.ids.value).toEqual([id(20), id(10)]);
  });

  test('a search shows what the server found, in its order', () => {
    const conversations = known(state(1, { status: 'resolved' }), state(2), state(3));
    settle();
    const { lens, shown } = shownOf(conversations, pagesWith({ ids: [id(1), id(3), id(77)] }));
    lens.search.value = 'order 4821';
    expect(shown.ids.value).toEqual([id(1), id(3)]);
  });
});

describe('who waits for a person', () => {
  const since = (waiting_since: string | null, given: Partial<StaffConversation> = {}) => state(1, { ...given, waiting_since });
  const unsaid = (unread_count: number) => state(1, { unread_count, waiting_since: undefined as never });

  test.each<[string, boolean, StaffConversation]>([
    ['asked and was read, but not answered', true, since(at(1))],
    ['was answered, and something is unread', false, since(null, { unread_count: 2 })],
    ['talks to the AI', false, since(at(1), { handled_by: 'ai' })],
    ['is done', false, since(at(1), { status: 'resolved' })],
    ['is unread on a server that does not say', true, unsaid(1)],
    ['is read on a server that does not say', false, unsaid(0)],
  ])('a visitor who %s: %s', (_, waits, one) => expect(isWaiting(one)).toBe(waits));

  const waitingIn = (conversations: Conversations): unknown => conversations.get(id(1))?.waiting_since;

  test('asking again does not start the wait anew, an answer ends it', () => {
    const conversations = known(since(null));
    conversations.takeMessage(newMessage(1, 6));
    conversations.takeMessage(newMessage(1, 7));
    expect(waitingIn(conversations)).toBe(newMessage(1, 6).message.timestamp);
    conversations.takeMessage(newMessage(1, 8, { role: 'assistant', is_manual: true, author: BEN }));
    expect(waitingIn(conversations)).toBe(null);
  });

  test('who asks the AI waits for nobody', () => {
    const conversations = known(since(null, { handled_by: 'ai' }));
    conversations.takeMessage(newMessage(1, 6));
    expect(waitingIn(conversations)).toBe(null);
  });
});

describe('a count', () => {
  test.each([
    [0, true, '0'],
    [7, true, '7'],
    [7, false, '7+'],
    [99, true, '99'],
    [314, true, '99+'],
    [314, false, '99+'],
  ])('of %i, exact: %s, reads %s', (count, isExact, said) => expect(tally(count, isExact)).toBe(said));
});

describe('the open conversation', () => {
  test('stays in the list although answering it took it out of the view', () => {
    const conversations = known(state(1, { waiting_since: at(1) }), state(2, { waiting_since: at(2) }));
    settle();
    const { lens, shown } = shownOf(conversations);
    lens.key.value = 'waiting';
    shown.keep(id(1));
    conversations.expect(id(1), { waiting_since: null });
    settle();
    expect(shown.ids.value).toEqual([id(2), id(1)]);
    shown.keep(id(2));
    expect(shown.ids.value).toEqual([id(2)]);
  });

  test('leaves at once when it is resolved by one\'s own hand', () => {
    const conversations = known(state(1), state(2));
    settle();
    const { shown } = shownOf(conversations);
    shown.keep(id(2));
    shown.hold();
    shown.leave(id(2));
    conversations.expect(id(2), { status: 'resolved' });
    settle();
    expect(shown.ids.value).toEqual([id(1)]);
  });
});

describe('under the pointer', () => {
  function held(): { conversations: Conversations; shown: ReturnType<typeof shownOf>['shown']; lens: Lens } {
    const conversations = known(state(1), state(2), state(3));
    settle();
    const { shown, lens } = shownOf(conversations);
    shown.hold();
    return { conversations, shown, lens };
  }

  test('nothing moves, and the updates are counted', () => {
    const { conversations, shown } = held();
    conversations.takeMessage(newMessage(1, 6));
    conversations.merge(state(99));
    settle();
    expect(shown.ids.value).toEqual([id(3), id(2), id(1)]);
    expect(shown.held.value).toBe(2);
  });

  test('letting go shows the new order', () => {
    const { conversations, shown } = held();
    conversations.takeMessage(newMessage(1, 6));
    settle();
    shown.release();
    expect(shown.ids.value).toEqual([id(1), id(3), id(2)]);
    expect(shown.held.value).toBe(0);
  });

  test('a message in the topmost conversation moves nothing and counts as nothing', () => {
    const { conversations, shown } = held();
    conversations.takeMessage(newMessage(3, 6));
    settle();
    expect(shown.held.value).toBe(0);
  });

  test('older pages are still added below', () => {
    const { conversations, shown } = held();
    conversations.merge(state(0));
    settle();
    expect(shown.ids.value).toEqual([id(3), id(2), id(1), id(0)]);
    expect(shown.held.value).toBe(0);
  });

  test('another view is shown at once', () => {
    const { conversations, shown, lens } = held();
    conversations.takeMessage(newMessage(1, 6));
    settle();
    lens.key.value = 'all';
    expect(shown.ids.value[0]).toBe(id(1));
  });
});
