/** How many conversations a view holds, as far as this client can know: "12", or "50+" while pages are missing. */
import { computed, type ReadonlySignal } from '@preact/signals';

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
  const known = computed(() => conversations.ids.value.map((id) => conversations.get(id)!));
  const of = computed(() => {
    const here = known.value.filter((one) => lens.lets(one));
    const entries = VIEWS.map((view) => [view.key, here.filter((one) => view.includes(one, me)).length]);
    return Object.fromEntries(entries) as Record<ViewKey, number>;
  });
  const exact = computed(() => isComplete(lens.website.value) || isComplete(null));
  const isComplete = (website: number | null): boolean => pages.of({ status: 'open', website }).value.complete;
  const waiting = computed(() => known.value.filter(isWaiting).length);
  const waitingExact = computed(() => isComplete(null));
  return { of, exact, waiting, waitingExact };
}

const MOST = 99;

/** "12", or "12+" while there may be more, or "99+" for as many as nobody counts. */
export function tally(count: number, isExact: boolean): string {
  return count > MOST ? `${MOST}+` : `${count}${isExact ? '' : '+'}`;
}
