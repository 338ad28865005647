/** Fetches conversations: page after page as the reader scrolls, and what changed while nobody told us. */
import { batch, signal, type ReadonlySignal, type Signal } from '@preact/signals';

import { ApiError, type Api, type Query } from '../../shared/http.ts';
import { activity, type Conversations } from './conversations.ts';
import { readConversation } from './reading.ts';

/** How far one question has been answered. `floor`: nothing older than this has been fetched for it yet. */
export interface Progress {
  readonly ids: readonly string[];
  readonly floor: number;
  readonly complete: boolean;
  readonly loading: boolean;
  readonly started: boolean;
  readonly error: string | null;
}

export interface Pages {
  of(query: Query): ReadonlySignal<Progress>;
  more(query: Query): Promise<void>;
  /** What was answered is no longer so: it is asked anew when somebody looks. */
  renew(query: Query): void;
  /** The same of every question: there is more to be seen than before. */
  renewAll(): void;
  /** Everything that changed since the last time, merged by `rev`. */
  reconcile(): Promise<void>;
  fetchOne(id: string): void;
}

export interface PagesOptions {
  api: Pick<Api, 'get'>;
  conversations: Conversations;
  /** Now, by the server's clock, in milliseconds. */
  serverNow: () => number;
  onFetched?: (id: string, rev: number) => void;
  /** It is not there any more, or not for this person. */
  onGone: (id: string) => void;
}

interface Page {
  results?: unknown;
  next?: string | null;
}

const NOTHING: Progress = { ids: [], floor: Infinity, complete: false, loading: false, started: false, error: null };
const OVERLAP_MS = 30_000;
/** Two hundred at once would hold the page up for longer than a frame may last. */
const AT_ONCE = 50;
const MOST_PAGES = 80;

export function createPages({ api, conversations, serverNow, onFetched, onGone }: PagesOptions): Pages {
  const questions = new Map<string, Question>();
  const asked = new Set<string>();
  let lastSeen = serverNow();
  let running: Promise<void> | null = null;

  function question(query: Query): Question {
    const name = JSON.stringify(query);
    let known = questions.get(name);
    if (!known) questions.set(name, (known = { progress: signal(NOTHING), next: null }));
    return known;
  }

  async function more(query: Query): Promise<void> {
    const mine = question(query);
    const before = mine.progress.peek();
    if (before.loading || before.complete) return;
    mine.progress.value = { ...before, loading: true, error: null };
    try {
      const page = await api.get<Page>(`conversations/${mine.next ?? ''}`, mine.next ? undefined : query);
      const ids = take(page);
      mine.next = searchOf(page.next);
      const floor = mine.next ? Math.min(before.floor, ...ids.map(activityOf)) : -Infinity;
      mine.progress.value = { ...NOTHING, ids: [...before.ids, ...ids], floor, complete: !mine.next, started: true };
    } catch (error) {
      mine.progress.value = { ...before, loading: false, started: true, error: said(error) };
    }
  }

  function renew(query: Query): void {
    forget(question(query));
  }

  function renewAll(): void {
    batch(() => [...questions.values()].forEach(forget));
  }

  function forget(mine: Question): void {
    mine.next = null;
    mine.progress.value = NOTHING;
  }

  function reconcile(): Promise<void> {
    running ??= catchUp().finally(() => (running = null));
    return running;
  }

  async function catchUp(): Promise<void> {
    const began = serverNow();
    const query: Query = { updated_since: new Date(lastSeen - OVERLAP_MS).toISOString(), limit: AT_ONCE };
    let next: string | null = null;
    for (let pages = 0; pages < MOST_PAGES; pages++) {
      const page: Page = await api.get<Page>(`conversations/${next ?? ''}`, next ? undefined : query);
      take(page);
      next = searchOf(page.next);
      if (!next) break;
    }
    lastSeen = began;
  }

  /** One request per conversation at a time, a moment later: changes come in bursts. */
  function fetchOne(id: string): void {
    if (asked.has(id)) return;
    asked.add(id);
    setTimeout(() => {
      asked.delete(id);
      api.get(`conversations/${id}/`).then(
        merge,
        (error: unknown) => {
          if (error instanceof ApiError && error.status === 404) onGone(id);
        },
      );
    }, 100);
  }

  function take(page: Page): string[] {
    const results = Array.isArray(page.results) ? page.results : [];
    return batch(() => results.flatMap(merge));
  }

  function merge(raw: unknown): string[] {
    const state = readConversation(raw);
    if (!state) return [];
    conversations.merge(raw);
    onFetched?.(state.id, state.rev);
    return [state.id];
  }

  function activityOf(id: string): number {
    const state = conversations.get(id);
    return state ? activity(state) : Infinity;
  }

  return { of: (query) => question(query).progress, more, renew, renewAll, reconcile, fetchOne };
}

interface Question {
  readonly progress: Signal<Progress>;
  next: string | null;
}

/** `?cursor=…` of the address of the next page. */
function searchOf(next: string | null | undefined): string | null {
  return next ? new URL(next, 'http://here/').search || null : null;
}

function said(error: unknown): string {
  if (!(error instanceof ApiError)) return String(error);
  return error.code === 'offline' || error.code === 'timeout' ? 'The server could not be reached.' : error.detail || error.code;
}
