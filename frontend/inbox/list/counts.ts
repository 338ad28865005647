/** How many conversations a view holds, as far as this client can know: "12", or "50+" while pages are missing. */
import { computed, effect, signal, type ReadonlySignal } from '@preact/signals';

import type { Conversations } from './conversations.ts';
import type { Lens } from './lens.ts';
import type { Pages } from './pages.ts';
import { isWaiting, VIEWS, type ViewKey } from './views.ts';

export interface Counts {
  readonly of: ReadonlySignal<Readonly<Record<ViewKey, number>>>;
  /** False while there may be open conversations that were not fetched yet. */
  readonly exact: ReadonlySignal<boolean>;
  /** Conversations of every website in which a visitor waits for a person. */
  readonly waiting: ReadonlySignal<number>;
  readonly waitingExact: ReadonlySignal<boolean>;
}

export function createCounts(conversations: Conversations, lens: Lens, pages: Pages, me: number): Counts {
  const ids = signal(conversations.ids.peek());
  // In a rush the list goes first, and is counted in a moment in which nothing else is to be done.
  effect(() => {
    const now = conversations.ids.value;
    if (conversations.isRush.peek()) whenIdle(() => (ids.value = conversations.ids.peek()));
    else ids.value = now;
  });
  const known = computed(() => ids.value.flatMap((id) => conversations.get(id) ?? []));
  const of = computed(() => {
    const found = Object.fromEntries(VIEWS.map((view) => [view.key, 0])) as Record<ViewKey, number>;
    const lets = lens.lets.value;
    for (const one of known.value) {
      if (!lets(one)) continue;
      for (const view of VIEWS) if (view.includes(one, me)) found[view.key]++;
    }
    return found;
  });
  const exact = computed(() => isComplete(lens.website.value) || isComplete(null));
  const isComplete = (website: number | null): boolean => pages.of({ status: 'open', website }).value.complete;
  const waiting = computed(() => known.value.filter(isWaiting).length);
  const waitingExact = computed(() => isComplete(null));
  return { of, exact, waiting, waitingExact };
}

const LATEST_MS = 300;

/** WebKit has no requestIdleCallback. */
function whenIdle(act: () => void): void {
  if (typeof requestIdleCallback === 'function') requestIdleCallback(act, { timeout: LATEST_MS });
  else setTimeout(act, LATEST_MS / 10);
}

const MOST = 99;

/** "12", or "12+" while there may be more, or "99+" for as many as nobody counts. */
export function tally(count: number, isExact: boolean): string {
  return count > MOST ? `${MOST}+` : `${count}${isExact ? '' : '+'}`;
}
