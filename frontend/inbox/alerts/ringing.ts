/** Rings until somebody claims: what waits, and whom nobody has taken yet. A reload does not end it, silence does. */
import { computed, effect, signal, type ReadonlySignal } from '@preact/signals';

import type { StaffConversation } from '../../shared/protocol.d.ts';
import type { Conversations } from '../list/conversations.ts';
import { isWaiting } from '../list/views.ts';
import { parsed } from '../time.ts';
import type { Sound } from './sound.ts';

export interface Ringing {
  /** Those that wait unclaimed, the longest first. */
  readonly ids: ReadonlySignal<readonly string[]>;
  /** From now on this one rings, if nobody has it. */
  watch(id: string): void;
  /** Who waited before this page was there rings on, unless they were silenced. */
  resume(ids: readonly string[]): void;
  silence(): void;
}

export const RING_MS = 8000;

interface Options {
  conversations: Conversations;
  sound: Sound;
  isOn: () => boolean;
  /** Who is away is not rung for. */
  isAway: (website: number) => boolean;
  /** Since when waited who was silenced last, in milliseconds by the server's clock; the same for every tab. */
  silenced: { read(): number; write(moment: number): void };
}

export function createRinging(options: Options): Ringing {
  const { conversations, sound, isOn, isAway, silenced } = options;
  const watched = signal<ReadonlySet<string>>(new Set());
  /** As they are whenever the list is put in order: following each would ask all of them at every message. */
  const states = computed(() => {
    void conversations.ids.value;
    return new Map([...watched.value].map((id) => [id, conversations.get(id)]));
  });
  const ids = computed(() => (isOn() ? [...watched.value].filter((id) => rings(states.value.get(id) ?? null)) : []));
  const rings = (one: StaffConversation | null): boolean => isUnclaimed(one) && !isAway(one!.website_id);
  const isRinging = computed(() => ids.value.length > 0);

  effect(() => {
    if (!isRinging.value) return;
    const timer = setInterval(() => sound.play(), RING_MS);
    return () => clearInterval(timer);
  });
  // Who was claimed and waits again is another call. One that is not known yet is being fetched.
  effect(() => {
    const done = new Set([...states.value].filter(([, one]) => one && !isUnclaimed(one)).map(([id]) => id));
    if (done.size) watched.value = new Set([...watched.peek()].filter((id) => !done.has(id)));
  });

  function watch(...more: readonly string[]): void {
    const fresh = more.filter((id) => !watched.peek().has(id));
    if (fresh.length) watched.value = new Set([...watched.peek(), ...fresh]);
  }

  function resume(all: readonly string[]): void {
    const until = silenced.read();
    const goesOn = (one: StaffConversation | null): boolean => isUnclaimed(one) && since(one) > until;
    const waitsSince = (id: string): number => since(conversations.get(id));
    watch(...all.filter((id) => goesOn(conversations.get(id))).sort((a, b) => waitsSince(a) - waitsSince(b)));
  }

  function silence(): void {
    const moments = [...watched.peek()].map((id) => since(conversations.get(id)));
    silenced.write(Math.max(silenced.read(), ...moments));
    watched.value = new Set();
  }

  return { ids, watch, resume, silence };
}

const since = (one: StaffConversation | null): number => parsed(one?.waiting_since) ?? 0;

export const isUnclaimed = (one: StaffConversation | null): boolean => one !== null && isWaiting(one) && !one.assignee;
