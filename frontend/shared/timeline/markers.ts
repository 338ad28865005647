/** How far each side has received and read. Markers only ever grow, so they need no order. */
import { signal, type ReadonlySignal } from '@preact/signals';

export interface Reach {
  readonly delivered: number;
  readonly read: number;
}

export interface Markers {
  readonly visitor: ReadonlySignal<Reach>;
  readonly staff: ReadonlySignal<Reach>;
  move(side: 'visitor' | 'staff', delivered: number, read: number): void;
  /** Takes the marker fields of a conversation state or a heartbeat, whichever are there. */
  take(state: MarkerFields): void;
}

export interface MarkerFields {
  visitor_delivered_rev?: number | null;
  visitor_read_rev?: number | null;
  staff_delivered_rev?: number | null;
  staff_read_rev?: number | null;
}

export function createMarkers(): Markers {
  const sides = { visitor: signal<Reach>({ delivered: 0, read: 0 }), staff: signal<Reach>({ delivered: 0, read: 0 }) };

  function move(side: 'visitor' | 'staff', delivered: number, read: number): void {
    const before = sides[side].peek();
    // What was read was delivered.
    const after = { delivered: Math.max(before.delivered, delivered, read), read: Math.max(before.read, read) };
    if (after.delivered !== before.delivered || after.read !== before.read) sides[side].value = after;
  }

  function take(state: MarkerFields): void {
    move('visitor', state.visitor_delivered_rev ?? 0, state.visitor_read_rev ?? 0);
    move('staff', state.staff_delivered_rev ?? 0, state.staff_read_rev ?? 0);
  }

  return { ...sides, move, take };
}
