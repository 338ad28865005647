/** Puts the parts of the inbox together. Every part is usable alone; here is who tells whom. */
import { computed, effect, signal, untracked, type ReadonlySignal } from '@preact/signals';

import type { Author } from '../shared/protocol.d.ts';
import { connectionToken, createSocket, type Command, type Socket } from '../shared/socket.ts';
import { createActions, type Actions } from './actions.ts';
import { createAlerts } from './alerts/alerts.ts';
import { createAnnouncer, type Announcer } from './alerts/announcer.ts';
import { createSound } from './alerts/sound.ts';
import { createToasts, type Toasts } from './alerts/toasts.ts';
import type { Boot } from './boot.ts';
import { createConversations, type Conversations } from './list/conversations.ts';
import { createCounts, type Counts } from './list/counts.ts';
import { createLens, type Lens } from './list/lens.ts';
import { createPages, type Pages } from './list/pages.ts';
import { createShown, type Shown } from './list/shown.ts';
import { createTypingBoard, type TypingBoard } from './list/typing_board.ts';
import { createLive } from './live.ts';
import { createPreferences, type Preferences } from './preferences.ts';
import { createPresence, type Presence } from './presence.ts';
import { createRoute, type Route } from './route.ts';
import { createSession, type Session } from './session.ts';
import { createStore } from './storage.ts';
import { createCompositions, type Compositions } from './thread/composing.ts';
import { createThreads, type Thread, type Threads } from './thread/threads.ts';
import { createUnsent } from './thread/unsent.ts';

export interface Inbox {
  readonly boot: Boot;
  readonly session: Session;
  readonly socket: Socket;
  readonly preferences: Preferences;
  readonly toasts: Toasts;
  readonly announcer: Announcer;
  readonly conversations: Conversations;
  readonly lens: Lens;
  readonly pages: Pages;
  readonly shown: Shown;
  readonly counts: Counts;
  readonly typing: TypingBoard;
  readonly presence: Presence;
  readonly route: Route;
  readonly compositions: Compositions;
  readonly threads: Threads;
  readonly actions: Actions;
  /** The thread of the selected conversation. */
  readonly thread: ReadonlySignal<Thread | null>;
  /** Whether the page is in front: only then is something read. */
  readonly isVisible: ReadonlySignal<boolean>;
  select(id: string | null): void;
  /** The conversation `by` places further down the list. */
  move(by: number): void;
}

const RECONCILE_MS = 60_000;
const POLL_MS = 8000;
const ALL_OPEN = { status: 'open', website: null };
const COUNT_UP_TO = 250;

export function createInbox(boot: Boot): Inbox {
  const store = createStore();
  const me: Author = { id: boot.user.id, name: boot.user.name, avatar_url: null };
  const session = createSession(boot);
  const { api } = session;
  const preferences = createPreferences(store);
  const toasts = createToasts();
  const announcer = createAnnouncer();
  const sound = createSound(() => preferences.sound.value);
  const route = createRoute();
  const isVisible = signal(document.visibilityState === 'visible');

  const conversations = createConversations();
  const lens = createLens();
  const pages = createPages({ api, conversations, serverNow: serverClock(boot.now) });
  const shown = createShown({ conversations, lens, pages, me: boot.user.id });
  const counts = createCounts(conversations, lens, pages, boot.user.id);
  const typing = createTypingBoard();
  const presence = createPresence(boot.user.id);
  const compositions = createCompositions(store, boot.user.id);
  const unsent = createUnsent(store, boot.user.id);

  const send = (command: Command): boolean => socket.send(command);
  const threads = createThreads({
    api,
    author: me,
    send,
    onState: (state) => conversations.merge(state),
    onSentByHttp: pages.fetchOne,
    unsent,
    compositions,
  });
  const alerts = createAlerts({
    toasts,
    sound,
    announcer,
    selected: () => route.selected.peek(),
    open: select,
    isHidden: () => !isVisible.peek(),
  });
  const actions = createActions({ api, send, conversations, toasts, me, leave, comeBack: select });
  const socket = createSocket({
    url: boot.ws_url,
    token: () => connectionToken(api),
    onFrame: createLive({ conversations, pages, typing, presence, threads, alerts, toasts, onConnected }),
    onRefused: session.refused,
    name: 'inbox',
  });

  const thread = computed(() => {
    const id = route.selected.value;
    return id ? untracked(() => threads.open(id)) : null;
  });

  function onConnected(userId: number): void {
    // Somebody else logged in in another tab: what stands here is not theirs to see.
    if (userId !== boot.user.id) return location.reload();
    send({ type: 'view', conversation_id: seen() });
    pages.reconcile().catch(() => undefined);
    if (pages.of(lens.query.peek()).peek().error) void pages.more(lens.query.peek());
    for (const id of unsent.conversations()) threads.open(id);
  }

  /** Some networks let HTTP through and no sockets: slower, but nothing stays unseen. */
  function poll(): void {
    if (session.ended.peek()) return;
    pages.reconcile().catch(() => undefined);
    void thread.peek()?.history.first();
  }

  const seen = (): string | null => (isVisible.peek() ? route.selected.peek() : null);

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

  /** Resolving goes on with the next one, or the one before at the end of the list. */
  function leave(id: string): void {
    const ids = shown.ids.peek();
    const place = ids.indexOf(id);
    const next = place < 0 ? null : (ids[place + 1] ?? ids[place - 1] ?? null);
    shown.leave(id);
    if (route.selected.peek() === id && lens.key.peek() !== 'all') select(isNarrow() ? null : next);
  }

  // Who switches the sound on hears what it is.
  let wasOn = preferences.sound.peek();
  effect(() => {
    const isOn = preferences.sound.value;
    if (isOn && !wasOn) sound.play();
    wasOn = isOn;
  });
  document.addEventListener('visibilitychange', () => (isVisible.value = document.visibilityState === 'visible'));
  setInterval(() => {
    if (isVisible.peek()) pages.reconcile().catch(() => undefined);
  }, RECONCILE_MS);
  setInterval(() => {
    if (isVisible.peek() && socket.status.peek() !== 'online') poll();
  }, POLL_MS);
  effect(() => {
    const conversation_id = isVisible.value ? route.selected.value : null;
    untracked(() => send({ type: 'view', conversation_id }));
  });
  /** So that the counts are right; the list itself fetches as one scrolls. */
  effect(() => {
    const { complete, ids, error } = pages.of(ALL_OPEN).value;
    if (!complete && !error && ids.length < COUNT_UP_TO) untracked(() => void pages.more(ALL_OPEN));
  });
  effect(() => {
    const id = route.selected.value;
    if (id && !untracked(() => conversations.get(id))) pages.fetchOne(id);
  });

  return {
    boot,
    session,
    socket,
    preferences,
    toasts,
    announcer,
    conversations,
    lens,
    pages,
    shown,
    counts,
    typing,
    presence,
    route,
    compositions,
    threads,
    actions,
    thread,
    isVisible,
    select,
    move,
  };
}

/** Below this width there is room for the list or the conversation, not for both. */
export const isNarrow = (): boolean => matchMedia('(max-width: 719px)').matches;

/** This machine's clock may be wrong by hours; how much time passes it knows. */
function serverClock(madeAt: string): () => number {
  const start = (Date.parse(madeAt) || Date.now()) - performance.now();
  return () => start + performance.now();
}
