/** Which conversations the list shows, in which order: it never moves under a pointer that rests on it. */
import { computed, signal, type ReadonlySignal } from '@preact/signals';

import { activity, type Conversations } from './conversations.ts';
import type { Lens } from './lens.ts';
import type { Pages } from './pages.ts';

export interface Shown {
  readonly ids: ReadonlySignal<readonly string[]>;
  /** How many conversations would move if the list were let go. */
  readonly held: ReadonlySignal<number>;
  /** Keep a conversation in the list while it is open, though it may have left the view by being read. */
  keep(id: string | null): void;
  /** The pointer is over the list (or has left it). */
  hold(): void;
  release(): void;
  /** This one leaves at once, because this person sent it away. */
  leave(id: string): void;
}

export interface ShownOptions {
  conversations: Conversations;
  lens: Lens;
  pages: Pages;
  me: number;
}

export function createShown({ conversations, lens, pages, me }: ShownOptions): Shown {
  const kept = signal<{ id: string; lens: string } | null>(null);
  const frozen = signal<Frozen | null>(null);

  const live = computed<readonly string[]>(() => {
    const progress = pages.of(lens.query.value).value;
    const known = conversations.ids.value;
    if (lens.search.value.trim() || lens.view.value.isServers) return progress.ids.filter((id) => conversations.get(id));
    const isShown = showing(progress.floor);
    return known.filter((id) => isShown(id));
  });

  /** Signals are asked once for all: there may be thousands. */
  function showing(floor: number): (id: string) => boolean {
    const [lets, view] = [lens.lets.value, lens.view.value];
    const staying = kept.value?.lens === lens.name.value ? kept.value.id : null;
    return (id) => {
      const one = conversations.get(id);
      if (!one || !lets(one)) return false;
      // Older ones wait for their page, else the list would have holes.
      return id === staying || (view.includes(one, me) && activity(one) >= floor);
    };
  }

  const ids = computed<readonly string[]>(() => {
    const hold = frozen.value;
    if (!hold || hold.lens !== lens.name.value) return live.value;
    const known = new Set(hold.ids);
    const below = live.value.filter((id) => !known.has(id) && activityOf(id) <= hold.floor);
    return [...hold.ids.filter((id) => conversations.get(id)), ...below];
  });

  const held = computed(() => {
    const hold = frozen.value;
    if (!hold || hold.lens !== lens.name.value) return 0;
    return live.value.filter((id, place) => wouldMove(hold, id, place)).length;
  });

  function wouldMove(hold: Frozen, id: string, place: number): boolean {
    const before = hold.activity.get(id);
    if (before === undefined) return activityOf(id) > hold.floor;
    return activityOf(id) > before && hold.ids[place] !== id;
  }

  function hold(): void {
    const ids = live.peek();
    const times = new Map(ids.map((id) => [id, activityOf(id)]));
    frozen.value = { ids, activity: times, floor: Math.min(Infinity, ...times.values()), lens: lens.name.peek() };
  }

  function leave(id: string): void {
    if (kept.peek()?.id === id) kept.value = null;
    const hold = frozen.peek();
    if (hold) frozen.value = { ...hold, ids: hold.ids.filter((known) => known !== id) };
  }

  function activityOf(id: string): number {
    const one = conversations.get(id);
    return one ? activity(one) : 0;
  }

  return {
    ids,
    held,
    keep: (id) => void (kept.value = id ? { id, lens: lens.name.peek() } : null),
    hold,
    release: () => void (frozen.value = null),
    leave,
  };
}

interface Frozen {
  readonly ids: readonly string[];
  readonly activity: ReadonlyMap<string, number>;
  readonly floor: number;
  readonly lens: string;
}
