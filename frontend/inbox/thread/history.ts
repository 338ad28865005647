/** A conversation's entries over REST: the newest page first, older ones as the reader scrolls up. */
import { signal, type ReadonlySignal } from '@preact/signals';

import { ApiError, type Api } from '../../shared/http.ts';
import type { Message, StaffConversation } from '../../shared/protocol.d.ts';
import type { Timeline } from '../../shared/timeline.ts';

export interface History {
  readonly loading: ReadonlySignal<boolean>;
  /** The first message ever written is here. */
  readonly atStart: ReadonlySignal<boolean>;
  readonly problem: ReadonlySignal<Problem | null>;
  /** Once: what comes later comes after the cursor, or a busy hour would leave a hole. */
  first(): Promise<void>;
  older(): Promise<void>;
  /** Everything down to this entry, without a hole; false when it is further away than anybody scrolls. */
  reach(seq: number): Promise<boolean>;
  /** What has failed, once more. */
  again(): Promise<void>;
}

/** `gone`: it does not exist, or not for this person. */
export type Problem = 'gone' | 'unreachable';

interface Page {
  entries?: Message[];
  rev?: number;
  conversation?: StaffConversation | null;
  complete?: boolean;
}

const PAGE = 50;
const MOST_PAGES = 60;
/** Larger than any `seq`, and still a 32-bit number: "before the end" is the newest page. */
const END = 2 ** 31 - 1;

export function createHistory(options: { api: Api; conversationId: string; timeline: Timeline<StaffConversation> }): History {
  const { api, conversationId, timeline } = options;
  const loading = signal(false);
  const atStart = signal(false);
  const problem = signal<Problem | null>(null);

  async function first(): Promise<void> {
    if (timeline.loaded.peek()) return;
    await fetch(END, (page) => {
      const state = page.conversation ? { conversation: page.conversation } : {};
      timeline.load({ entries: page.entries ?? [], rev: page.rev ?? 0, ...state });
    });
  }

  async function older(): Promise<void> {
    const oldest = timeline.entries.peek().find((entry) => entry.state === 'stored');
    if (atStart.peek() || !oldest) return;
    await fetch(oldest.message.seq, (page) => timeline.load({ entries: page.entries ?? [] }));
  }

  async function reach(seq: number): Promise<boolean> {
    for (let pages = 0; pages < MOST_PAGES; pages++) {
      await othersAreDone();
      const oldest = timeline.entries.peek().find((entry) => entry.state === 'stored');
      if (oldest && oldest.message.seq <= seq) return true;
      if (atStart.peek() || problem.peek()) return false;
      await (timeline.loaded.peek() ? older() : first());
    }
    return false;
  }

  /** However long it takes: a page that somebody else has asked for is none of those that are counted. */
  async function othersAreDone(): Promise<void> {
    while (loading.peek()) await new Promise((resolve) => setTimeout(resolve, 50));
  }

  async function fetch(before: number, take: (page: Page) => void): Promise<void> {
    if (loading.peek()) return;
    loading.value = true;
    try {
      const page = await api.get<Page>(`conversations/${conversationId}/entries/`, { before, limit: PAGE });
      take(page);
      atStart.value = page.complete ?? (page.entries ?? []).length < PAGE;
      problem.value = null;
    } catch (error) {
      problem.value = isGone(error) ? 'gone' : 'unreachable';
    } finally {
      loading.value = false;
    }
  }

  return { loading, atStart, problem, first, older, reach, again: () => (timeline.loaded.peek() ? older() : first()) };
}

const isGone = (error: unknown): boolean => error instanceof ApiError && (error.status === 404 || error.status === 403);
