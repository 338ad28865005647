/** Every conversation this client knows, by id: takes REST states and live frames in any order and keeps the newest. */
import { signal, type ReadonlySignal, type Signal } from '@preact/signals';

import type { Message, MessageUpdated, NewMessage, ReadShown, StaffConversation, VisitorCard } from '../../shared/protocol.d.ts';
import { parsed } from '../time.ts';
import { readConversation } from './reading.ts';

export interface Conversations {
  /** All known ids, newest activity first. */
  readonly ids: ReadonlySignal<readonly string[]>;
  /** So much happens that rows which glide to their places would never arrive. */
  readonly isRush: ReadonlySignal<boolean>;
  get(id: string): StaffConversation | null;
  /** For a row, which follows one conversation only. */
  follow(id: string): ReadonlySignal<StaffConversation | null>;
  /** A state from REST or a frame; false when it is no conversation at all. */
  merge(raw: unknown): boolean;
  /** `stale`: this client missed a change and should fetch the conversation. */
  takeMessage(frame: NewMessage | MessageUpdated): 'known' | 'taken' | 'stale';
  takeRead(frame: ReadShown): void;
  takeVisitor(id: string, visitor: VisitorCard): void;
  /** Shows a change over whatever comes in, until the server has answered: then call what this returns. */
  expect(id: string, change: Partial<StaffConversation>): () => void;
  /** Reading tells the server over the socket, which does not answer: shown from now on, until a newer state says otherwise. */
  assumeRead(id: string): void;
  drop(id: string): void;
}

export function createConversations(): Conversations {
  const states = new Map<string, Signal<StaffConversation | null>>();
  /** What the server said last, and what is shown over it meanwhile. */
  const confirmed = new Map<string, StaffConversation>();
  const expected = new Map<string, Set<Partial<StaffConversation>>>();
  const ids = signal<readonly string[]>([]);
  const isRush = signal(false);
  /** Conversations that may have a new place, or none any more. */
  let moved = new Set<string>();
  const order = throttled(() => {
    isRush.value = moved.size > RUSH;
    ids.value = reordered(ids.peek(), moved, (id) => get(id) !== null, newestFirst);
    moved = new Set();
    return isRush.peek() ? RUSH_MS : PAUSE_MS;
  });

  function touch(id: string): void {
    moved.add(id);
    order();
  }

  function get(id: string): StaffConversation | null {
    return states.get(id)?.peek() ?? null;
  }

  function follow(id: string): Signal<StaffConversation | null> {
    let state = states.get(id);
    if (!state) states.set(id, (state = signal<StaffConversation | null>(null)));
    return state;
  }

  function put(state: StaffConversation): void {
    confirmed.set(state.id, state);
    show(state.id);
  }

  function show(id: string): void {
    follow(id).value = Object.assign({}, confirmed.get(id)!, ...(expected.get(id) ?? []));
    touch(id);
  }

  function merge(raw: unknown): boolean {
    const incoming = readConversation(raw);
    if (!incoming) return false;
    const known = confirmed.get(incoming.id);
    if (!known) put(incoming);
    else put(incoming.rev >= known.rev ? withMarkers(incoming, known) : withMarkers(known, incoming));
    return true;
  }

  function takeMessage(frame: NewMessage | MessageUpdated): 'known' | 'taken' | 'stale' {
    const known = confirmed.get(frame.conversation_id);
    if (!known) return 'stale';
    if (frame.rev <= known.rev) return 'known';
    if (frame.type === 'new_message') put(after(known, frame.message, frame.rev));
    return frame.type === 'message_updated' || frame.prev > known.rev ? 'stale' : 'taken';
  }

  function takeRead(frame: ReadShown): void {
    const known = confirmed.get(frame.conversation_id);
    if (!known) return;
    const { delivered_rev, read_rev } = frame;
    if (frame.reader === 'visitor') {
      put(withMarkers(known, { ...known, visitor_delivered_rev: delivered_rev, visitor_read_rev: read_rev }));
      return;
    }
    const read = withMarkers(known, { ...known, staff_delivered_rev: delivered_rev, staff_read_rev: read_rev });
    put(read_rev >= known.rev ? { ...read, unread_count: 0 } : read);
  }

  function takeVisitor(id: string, visitor: VisitorCard): void {
    const known = confirmed.get(id);
    if (known) put({ ...known, visitor });
  }

  function expect(id: string, change: Partial<StaffConversation>): () => void {
    if (!confirmed.has(id)) return () => undefined;
    const shown = expected.get(id) ?? new Set();
    expected.set(id, shown.add(change));
    show(id);
    return () => {
      if (shown.delete(change) && confirmed.has(id)) show(id);
    };
  }

  function assumeRead(id: string): void {
    const known = confirmed.get(id);
    if (known) put({ ...known, unread_count: 0 });
  }

  function drop(id: string): void {
    confirmed.delete(id);
    const state = states.get(id);
    if (state) state.value = null;
    touch(id);
  }

  function newestFirst(a: string, b: string): number {
    const left = get(a)!;
    const right = get(b)!;
    return activity(right) - activity(left) || (left.id < right.id ? 1 : -1);
  }

  return { ids, isRush, get, follow, merge, takeMessage, takeRead, takeVisitor, expect, assumeRead, drop };
}

const activities = new WeakMap<StaffConversation, number>();

/** When it was last spoken in. Kept per state, since sorting thousands asks for it a hundred thousand times. */
export function activity(one: StaffConversation): number {
  let time = activities.get(one);
  if (time === undefined) activities.set(one, (time = parsed(one.last_message_at) ?? 0));
  return time;
}

/** The state after a message, as the server will count it. Notes and activity are not messages. */
function after(known: StaffConversation, message: Message, rev: number): StaffConversation {
  if (message.kind !== 'message') return { ...known, rev };
  const said = {
    ...known,
    rev,
    preview: message.content.slice(0, 120),
    last_message_at: message.timestamp || known.last_message_at,
    message_count: known.message_count + 1,
  };
  if (message.role === 'user') {
    return { ...said, status: 'open', waiting_since: waitingSince(known, message), unread_count: known.unread_count + 1 };
  }
  if (!message.is_manual) return said;
  return { ...said, handled_by: 'human', waiting_since: null, unread_count: 0, assignee: known.assignee ?? message.author };
}

/** Who asks again waits since the first time; who asks the AI waits for nobody. */
function waitingSince(known: StaffConversation, message: Message): string | null {
  return known.handled_by === 'ai' ? known.waiting_since : (known.waiting_since ?? message.timestamp);
}

/** Markers only ever grow, whichever state is newer otherwise. */
function withMarkers(newer: StaffConversation, older: StaffConversation): StaffConversation {
  return {
    ...newer,
    visitor_delivered_rev: Math.max(newer.visitor_delivered_rev, older.visitor_delivered_rev),
    visitor_read_rev: Math.max(newer.visitor_read_rev, older.visitor_read_rev),
    staff_delivered_rev: Math.max(newer.staff_delivered_rev, older.staff_delivered_rev),
    staff_read_rev: Math.max(newer.staff_read_rev, older.staff_read_rev),
  };
}

/** Takes those that moved out of a sorted list and puts them where they belong now: sorting all takes twenty times as long. */
function reordered(
  before: readonly string[],
  moved: ReadonlySet<string>,
  isThere: (id: string) => boolean,
  compare: (a: string, b: string) => number,
): string[] {
  const rest = before.filter((id) => !moved.has(id));
  const fresh = [...moved].filter(isThere).sort(compare);
  const after: string[] = [];
  let next = 0;
  for (const id of fresh) {
    while (next < rest.length && compare(rest[next]!, id) <= 0) after.push(rest[next++]!);
    after.push(id);
  }
  for (; next < rest.length; next++) after.push(rest[next]!);
  return after;
}

/** More changes than this in one pause, and the next one is longer: nobody reads a list that changes sixteen times a second. */
const RUSH = 5;
const PAUSE_MS = 60;
const RUSH_MS = 400;

/** At once when it is quiet; the action says how long it wants to rest afterwards. */
function throttled(action: () => number): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let next = 0;
  const run = (): void => {
    timer = undefined;
    next = Date.now() + action();
  };
  return () => {
    if (timer) return;
    const wait = next - Date.now();
    if (wait <= 0) run();
    else timer = setTimeout(run, wait);
  };
}
