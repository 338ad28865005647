import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { ApiError, type Query } from '../../shared/http.ts';
import { NOON, id, known, state } from '../fixtures.ts';
import { createPages } from './pages.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

interface Asked {
  path: string;
  query: Query | undefined;
}

/** A server that gives the prepared answers one after the other, and remembers what it was asked. */
function server(...answers: unknown[]) {
  const asked: Asked[] = [];
  const api = {
    async get<T>(path: string, query?: Query): Promise<T> {
      asked.push({ path, query });
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer as T;
    },
  };
  let now = NOON;
  const conversations = known();
  const pages = createPages({ api, conversations, serverNow: () => now, onGone: conversations.drop });
  return { asked, conversations, pages, wait: (ms: number) => (now += ms) };
}

const OPEN = { status: 'open', website: null };

test('pages follow the cursor until there is none', async () => {
  const next = 'http://127.0.0.1:8000/api/v1/conversations/?cursor=abc&status=open';
  const { asked, pages } = server({ results: [state(3), state(2)], next }, { results: [state(1)], next: null });
  await pages.more(OPEN);
  expect(pages.of(OPEN).value).toMatchObject({ ids: [id(3), id(2)], complete: false, floor: Date.parse(state(2).last_message_at) });
  await pages.more(OPEN);
  expect(asked[1]).toEqual({ path: 'conversations/?cursor=abc&status=open', query: undefined });
  expect(pages.of(OPEN).value).toMatchObject({ ids: [id(3), id(2), id(1)], complete: true, floor: -Infinity });
  await pages.more(OPEN);
  expect(asked).toHaveLength(2);
});

test('a page is asked for once, however often the end of the list comes into sight', async () => {
  const { asked, pages } = server({ results: [], next: null });
  await Promise.all([pages.more(OPEN), pages.more(OPEN)]);
  expect(asked).toHaveLength(1);
});

test('a failed page says why and can be asked for again', async () => {
  const { pages } = server(new ApiError(503, 'unavailable', 'The database does not answer.'), { results: [state(1)], next: null });
  await pages.more(OPEN);
  expect(pages.of(OPEN).value.error).toBe('The database does not answer.');
  await pages.more(OPEN);
  expect(pages.of(OPEN).value).toMatchObject({ ids: [id(1)], error: null, complete: true });
});

test('odd pages take nothing with them', async () => {
  const { pages, conversations } = server({ results: [null, { id: 5 }, state(1)], next: null }, { nothing: true });
  await pages.more(OPEN);
  await pages.more({ status: 'resolved' });
  expect(conversations.get(id(1))).not.toBeNull();
  expect(pages.of({ status: 'resolved' }).value).toMatchObject({ ids: [], complete: true });
});

test('reconciling asks from thirty seconds before the last success', async () => {
  const { asked, pages, wait } = server({ results: [], next: null }, new ApiError(0, 'offline', ''), { results: [], next: null });
  wait(10_000);
  await pages.reconcile();
  wait(60_000);
  await expect(pages.reconcile()).rejects.toThrow();
  wait(60_000);
  await pages.reconcile();
  const since = asked.map(({ query }) => (Date.parse(String(query?.updated_since)) - NOON) / 1000);
  expect(since).toEqual([-30, -20, -20]);
});

test('two reconciles at once are one', async () => {
  const { asked, pages } = server({ results: [state(1)], next: null });
  await Promise.all([pages.reconcile(), pages.reconcile()]);
  expect(asked).toHaveLength(1);
});

test('many changes of one conversation fetch it once', async () => {
  const { asked, pages, conversations } = server(state(1));
  for (let change = 0; change < 20; change++) pages.fetchOne(id(1));
  await vi.advanceTimersByTimeAsync(200);
  expect(asked).toEqual([{ path: `conversations/${id(1)}/`, query: undefined }]);
  expect(conversations.get(id(1))).not.toBeNull();
});

test('a conversation one may no longer see leaves the list', async () => {
  const { pages, conversations } = server(new ApiError(404, 'not_found', ''));
  conversations.merge(state(1));
  pages.fetchOne(id(1));
  await vi.advanceTimersByTimeAsync(200);
  expect(conversations.get(id(1))).toBeNull();
});
