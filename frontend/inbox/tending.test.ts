import { expect, test, vi } from 'vitest';

import { createDirectory } from './directory.ts';
import { ADA, id, known, state } from './fixtures.ts';
import { createTending, rests } from './tending.ts';

function setUp() {
  const conversations = known(state(1, { labels: ['vip'], assignee: ADA }));
  const patched: unknown[] = [];
  const posted: unknown[] = [];
  const toasts = { show: vi.fn((_wish: { action?: { run: () => void } }) => 1), error: vi.fn(), close: vi.fn() };
  const tending = createTending({
    api: { post: (async (path: string, body: unknown) => void posted.push([path, body])) as never },
    actions: { patch: async (_id: string, _shown: unknown, body: unknown) => (patched.push(body), true) } as never,
    conversations,
    directory: createDirectory({ get: (async () => ({ results: [] })) as never }),
    toasts: toasts as never,
    leave: () => undefined,
    comeBack: () => undefined,
  });
  return { conversations, tending, patched, posted, toasts };
}

test('a label that nobody knows becomes known, and one that is on is not put on twice', async () => {
  const { tending, patched, posted } = setUp();
  await tending.addLabel(id(1), 'VIP');
  await tending.addLabel(id(1), 'refund');
  expect(patched).toEqual([{ labels: ['vip', 'refund'] }]);
  expect(posted).toEqual([['labels/', { website: 1, name: 'refund' }]]);
});

test('a label that was taken off or put on is so again with Undo', async () => {
  const { conversations, tending, patched, toasts } = setUp();
  await tending.removeLabel(id(1), 'vip');
  conversations.merge(state(1, { labels: [], rev: 6 }));
  await tending.addLabel(id(1), 'refund');
  for (const [wish] of toasts.show.mock.calls) wish.action!.run();
  expect(patched).toEqual([{ labels: [] }, { labels: ['refund'] }, { labels: ['vip'] }, { labels: [] }]);
});

test.each([
  ['2026-03-04T15:30:00', ['2026-03-05T09:00:00', '2026-03-09T09:00:00']], // a Wednesday
  ['2026-03-08T23:30:00', ['2026-03-09T09:00:00']], // a Sunday: tomorrow is Monday
  ['2026-03-09T08:00:00', ['2026-03-10T09:00:00', '2026-03-16T09:00:00']],
])('mornings from %s', (now, mornings) => {
  expect(rests(new Date(now)).slice(2).map((rest) => rest.until)).toEqual(mornings.map((one) => new Date(one)));
});
