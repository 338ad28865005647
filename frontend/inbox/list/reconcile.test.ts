/** Whatever frames come, late, twice or never: within one look at the server the list is what a fresh load shows. */
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { ApiError, type Api, type Query } from '../../shared/http.ts';
import type { StaffConversation } from '../../shared/protocol.d.ts';
import type { Frame } from '../../shared/socket.ts';
import { golden, type Step } from '../../testing/golden.ts';
import { id } from '../fixtures.ts';
import { createLive, type LiveOptions } from '../live.ts';
import { createConversations, type Conversations } from './conversations.ts';
import { createLens } from './lens.ts';
import { createPages, type Pages } from './pages.ts';
import { createShown } from './shown.ts';
import { VIEWS } from './views.ts';

const RECONCILE_MS = 60_000;
const STORY = golden.staff;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** The golden conversation as number `number`; a minute apart, so that they have an order. */
function copied<T>(told: T, number: number): T {
  const text = JSON.stringify(told).replaceAll(STORY[0]!.conversation.id, id(number)).replaceAll('T12:00:', `T12:0${number}:`);
  return JSON.parse(text) as T;
}

/** Some conversations, each at a place of its own in the story. */
class Server {
  readonly places = new Map<number, { steps: number; updatedAt: number }>();

  happen(number: number): Step {
    const steps = this.places.get(number)?.steps ?? 0;
    this.places.set(number, { steps: steps + 1, updatedAt: Date.now() });
    return copied(STORY[steps]!, number);
  }

  state(number: number): StaffConversation {
    return copied(STORY[this.places.get(number)!.steps - 1]!.conversation as StaffConversation, number);
  }

  /** `conversations/`, `conversations/?updated_since=` in pages of two, and one by its id. */
  answer(path: string, query: Query | undefined): unknown {
    const wanted = /^conversations\/(\S{36})\/$/.exec(path)?.[1];
    const numbers = [...this.places.keys()];
    if (wanted) return this.state(numbers.find((number) => id(number) === wanted)!);
    const given = new URLSearchParams(path.split('?')[1]);
    const since = String(query?.['updated_since'] ?? given.get('since') ?? '');
    const from = Number(given.get('from') ?? 0);
    const found = numbers.filter((number) => !since || this.places.get(number)!.updatedAt >= Date.parse(since));
    const next = from + 2 < found.length ? `http://here/conversations/?from=${from + 2}&since=${since}` : null;
    return { results: found.slice(from, from + 2).map((number) => this.state(number)), next };
  }
}

interface Inbox {
  conversations: Conversations;
  pages: Pages;
  hear: (frame: Frame) => void;
  shown: () => Record<string, readonly string[]>;
}

function open(server: Server, isDown: () => boolean): Inbox {
  const api = {
    async get<T>(path: string, query?: Query): Promise<T> {
      if (isDown()) throw new ApiError(0, 'offline', '');
      return server.answer(path, query) as T;
    },
  } as Api;
  const conversations = createConversations();
  const pages = createPages({ api, conversations, serverNow: Date.now, onGone: conversations.drop });
  const lens = createLens();
  const shown = createShown({ conversations, lens, pages, me: 1 });
  const deaf = { take: () => undefined, hear: () => undefined, clear: () => undefined, apply: () => undefined, message: () => undefined, update: () => undefined };
  const others = { typing: deaf, presence: deaf, threads: deaf, thumbs: deaf, alerts: deaf, toasts: deaf, onConnected: () => undefined };
  return {
    conversations,
    pages,
    hear: createLive({ ...others, conversations, pages } as unknown as LiveOptions),
    shown: () => Object.fromEntries(VIEWS.filter((view) => !view.isServers).map(({ key }) => [key, ((lens.key.value = key), shown.ids.value)])),
  };
}

/** As `shown` asks for it when somebody scrolls to the end of every view. */
async function everything(pages: Pages): Promise<void> {
  for (const { query } of VIEWS) {
    while (!pages.of({ ...query, website: null }).value.complete) await pages.more({ ...query, website: null });
  }
}

test('within one interval the list equals a fresh load, and late frames change nothing any more', async () => {
  const anyDay = fc.asyncProperty(fc.array(fc.nat(3), { minLength: 1, maxLength: 60 }), fc.gen(), async (happenings, given) => {
    vi.clearAllTimers();
    const server = new Server();
    let isCalm = true;
    const inbox = open(server, () => !isCalm && given(fc.nat, 3) === 0);
    const told: Frame[] = [];
    await everything(inbox.pages);
    isCalm = false;

    for (const number of happenings) {
      if ((server.places.get(number)?.steps ?? 0) === STORY.length) continue;
      for (const frame of server.happen(number).frames) {
        told.push(frame);
        for (const delay of given(fc.array, fc.nat(5000), { maxLength: 2 })) setTimeout(() => inbox.hear(frame), delay);
      }
      if (given(fc.nat, 9) === 0) inbox.hear({ type: 'resync' } as Frame);
      await vi.advanceTimersByTimeAsync(given(fc.nat, 20_000));
    }
    isCalm = true;
    setInterval(() => inbox.pages.reconcile().catch(() => undefined), RECONCILE_MS);
    await vi.advanceTimersByTimeAsync(RECONCILE_MS + 100);

    const fresh = open(server, () => false);
    await everything(fresh.pages);
    await vi.advanceTimersByTimeAsync(100);
    const expectFresh = (): void => {
      expect(inbox.shown()).toEqual(fresh.shown());
      for (const one of fresh.conversations.ids.value) expect(inbox.conversations.get(one)).toEqual(fresh.conversations.get(one));
    };
    expectFresh();
    given(fc.shuffledSubarray, told).forEach(inbox.hear);
    await vi.advanceTimersByTimeAsync(1000);
    expectFresh();
  });
  await fc.assert(anyDay, { numRuns: 100 });
}, 60_000);
