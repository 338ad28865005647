import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import type { Api } from '../../shared/http.ts';
import type { Message, StaffConversation } from '../../shared/protocol.d.ts';
import { createTimeline } from '../../shared/timeline.ts';
import { id, message } from '../fixtures.ts';
import { createHistory, type History } from './history.ts';

const ALL: readonly Message[] = Array.from({ length: 120 }, (_, place) => message(1, place + 1));

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Of 120 entries; each page takes as long as it is told to. */
function history(takesMs: number): { it: History; asked: () => number } {
  const timeline = createTimeline<StaffConversation>({ conversationId: id(1), me: 'staff', send: () => false });
  let asked = 0;
  const get = async (_: string, { before, limit }: { before: number; limit: number }): Promise<unknown> => {
    asked += 1;
    await new Promise((resolve) => setTimeout(resolve, takesMs));
    const earlier = ALL.filter((one) => one.seq < before);
    return { entries: earlier.slice(-limit), rev: 120, complete: earlier.length <= limit };
  };
  return { it: createHistory({ api: { get } as unknown as Api, conversationId: id(1), timeline }), asked: () => asked };
}

test('what a search found is reached however long the page takes that was asked for at opening', async () => {
  const { it, asked } = history(10_000);
  const opened = it.first();
  const reached = it.reach(3);
  await vi.advanceTimersByTimeAsync(31_000);
  await opened;
  expect(await reached).toBe(true);
  expect(asked()).toBe(3);
});

test('what is not there is not looked for beyond the beginning', async () => {
  const { it, asked } = history(10);
  const reached = it.reach(0);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await reached).toBe(false);
  expect(asked()).toBe(3);
});
