/** Conversations that this person has put back to be read again, in this browser. The team's own count only ever falls. */
import { signal } from '@preact/signals';

import type { Store } from '../../shared/storage.ts';

export interface Marks {
  has(id: string): boolean;
  set(id: string, isMarked: boolean): void;
}

export function createMarks(store: Store, userId: number): Marks {
  const key = `inbox:marks:${userId}`;
  const all = signal<ReadonlySet<string>>(new Set(store.read<string[]>(key) ?? []));
  return {
    has: (id) => all.value.has(id),
    set(id, isMarked) {
      if (all.peek().has(id) === isMarked) return;
      const next = new Set(all.peek());
      if (isMarked) next.add(id);
      else next.delete(id);
      all.value = next;
      store.write(key, [...next]);
    },
  };
}
