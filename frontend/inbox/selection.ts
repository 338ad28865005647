/** Which conversation is open, and which comes next. */
import { computed, untracked, type ReadonlySignal } from '@preact/signals';

import type { Lens } from './list/lens.ts';
import type { Shown } from './list/shown.ts';
import type { Route } from './route.ts';
import type { Thread, Threads } from './thread/threads.ts';

export interface Selection {
  /** The thread of the open conversation. */
  readonly thread: ReadonlySignal<Thread | null>;
  select(id: string | null): void;
  /** The conversation `by` places further down the list. */
  move(by: number): void;
  /** This one is done: go on with the next, or with the one before at the end of the list. */
  leave(id: string): void;
}

export function createSelection(parts: { route: Route; shown: Shown; lens: Lens; threads: Threads }): Selection {
  const { route, shown, lens, threads } = parts;

  const thread = computed(() => {
    const id = route.selected.value;
    return id ? untracked(() => threads.open(id)) : null;
  });

  function select(id: string | null): void {
    shown.keep(id && shown.ids.peek().includes(id) ? id : null);
    route.select(id);
  }

  function move(by: number): void {
    const ids = shown.ids.peek();
    const place = ids.indexOf(route.selected.peek() ?? '');
    const next = place < 0 ? 0 : Math.min(ids.length - 1, Math.max(0, place + by));
    if (ids[next]) select(ids[next]);
  }

  function leave(id: string): void {
    const ids = shown.ids.peek();
    const place = ids.indexOf(id);
    const next = place < 0 ? null : (ids[place + 1] ?? ids[place - 1] ?? null);
    shown.leave(id);
    if (route.selected.peek() === id && lens.key.peek() !== 'all') select(isNarrow() ? null : next);
  }

  return { thread, select, move, leave };
}

/** Below this width there is room for the list or the conversation, not for both. */
export const isNarrow = (): boolean => matchMedia('(max-width: 719px)').matches;
