/** What keeps the inbox true while nobody touches it: catching up, telling what one looks at, counting. */
import { effect, untracked, type ReadonlySignal } from '@preact/signals';

import { jittered } from '../shared/backoff.ts';
import { createFallback, type Fallback } from '../shared/fallback.ts';
import type { Socket } from '../shared/socket.ts';
import type { Timeline } from '../shared/timeline.ts';
import type { Sound } from './alerts/sound.ts';
import type { Speaking } from './alerts/speaking.ts';
import type { Conversations } from './list/conversations.ts';
import type { Marks } from './list/marks.ts';
import type { Pages } from './list/pages.ts';
import { viewOf } from './list/views.ts';
import type { Preferences } from './preferences.ts';
import type { Route } from './route.ts';
import type { Session } from './session.ts';
import type { Selection } from './selection.ts';
import type { Threads } from './thread/threads.ts';

export interface UpkeepOptions {
  socket: Socket;
  session: Session;
  conversations: Conversations;
  pages: Pages;
  route: Route;
  selection: Selection;
  threads: Threads;
  marks: Marks;
  isVisible: ReadonlySignal<boolean>;
  speaking: Speaking;
}

const RECONCILE_MS = 60_000;
const ALL_OPEN = { status: 'open', website: null };
const WAITING = { ...viewOf('waiting').query, website: null };
const COUNT_UP_TO = 250;

export function keepUp(options: UpkeepOptions): void {
  const { socket, conversations, pages, route, isVisible, speaking } = options;

  setInterval(() => {
    if (isVisible.peek()) pages.reconcile().catch(() => undefined);
  }, RECONCILE_MS);
  effect(() => {
    const conversation_id = isVisible.value ? route.selected.value : null;
    untracked(() => socket.send({ type: 'view', conversation_id }));
  });

  // So that the counts are right; the list itself fetches as one scrolls.
  effect(() => {
    const { complete, ids, error } = pages.of(ALL_OPEN).value;
    if (!complete && !error && ids.length < COUNT_UP_TO) untracked(() => void pages.more(ALL_OPEN));
  });

  // Who waits rings on after a reload.
  void pages.more(WAITING);
  effect(() => {
    const { ids } = pages.of(WAITING).value;
    untracked(() => speaking.ringing.resume(ids));
  });

  effect(() => {
    const id = route.selected.value;
    if (!id) return;
    options.marks.set(id, false);
    if (!untracked(() => conversations.get(id))) pages.fetchOne(id);
  });
}

/** Some networks let HTTP through and no sockets: slower, but nothing stays unseen or unsent. */
export function standIn({ session, socket, pages, selection, threads }: UpkeepOptions): Fallback {
  const timelines = (): Timeline[] => threads.all().map(({ timeline }) => timeline);

  /** The list tells which conversations have moved on; and a first page may have been lost. */
  async function changed(): Promise<Timeline[]> {
    await pages.reconcile();
    for (const { history } of threads.all()) await history.first();
    const selected = selection.thread.peek()?.timeline;
    return timelines().filter((timeline) => timeline.loaded.peek() && (timeline.isBehind || timeline === selected));
  }

  return createFallback({ api: session.api, socket, path: 'conversations/', timelines, changed, take: threads.apply, backoff: jittered });
}

/** Who switches the sound on hears what it is. */
export function playWhenSwitchedOn(preferences: Preferences, sound: Sound): void {
  let wasOn = preferences.sound.peek();
  effect(() => {
    const isOn = preferences.sound.value;
    // Other tabs follow without a word.
    if (isOn && !wasOn && document.hasFocus()) sound.test();
    wasOn = isOn;
  });
}
