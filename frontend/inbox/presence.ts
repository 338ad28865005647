/** Which colleagues are on, and where they look and type. Told per website; a new frame replaces the last one of its website. */
import { signal, type ReadonlySignal } from '@preact/signals';

import type { Colleague, DashboardPresence } from '../shared/protocol.d.ts';

export interface Presence {
  take(frame: DashboardPresence): void;
  /** Colleagues who have this conversation open, those who type first. */
  around(conversationId: string): Around[];
  readonly staff: ReadonlySignal<ReadonlyMap<number, readonly Colleague[]>>;
  clear(): void;
}

export interface Around {
  readonly id: number;
  readonly name: string;
  readonly avatar_url: string | null;
  readonly isReplying: boolean;
}

export function createPresence(me: number): Presence {
  const staff = signal<ReadonlyMap<number, readonly Colleague[]>>(new Map());

  function take(frame: DashboardPresence): void {
    staff.value = new Map(staff.peek()).set(frame.website_id, Array.isArray(frame.staff) ? frame.staff : []);
  }

  function around(conversationId: string): Around[] {
    const found = new Map<number, Around>();
    for (const colleague of [...staff.value.values()].flat()) {
      const isReplying = has(colleague.typing, conversationId);
      if (colleague.id === me || !(isReplying || has(colleague.viewing, conversationId))) continue;
      found.set(colleague.id, { id: colleague.id, name: colleague.name, avatar_url: colleague.avatar_url, isReplying });
    }
    return [...found.values()].sort((a, b) => Number(b.isReplying) - Number(a.isReplying));
  }

  return { take, around, staff, clear: () => void (staff.value = new Map()) };
}

const has = (list: readonly string[] | undefined, id: string): boolean => Boolean(list?.includes(id));
