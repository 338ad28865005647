/** Puts the parts of the inbox together. Every part is usable alone; here is who tells whom. */
import { signal, type ReadonlySignal } from '@preact/signals';

import type { Author } from '../shared/protocol.d.ts';
import { connectionToken, createSocket, type Command, type Socket } from '../shared/socket.ts';
import { createUnsent } from '../shared/unsent.ts';
import { createActions, type Actions } from './actions.ts';
import { createAlerts } from './alerts/alerts.ts';
import { createAnnouncer, type Announcer } from './alerts/announcer.ts';
import { createSound } from './alerts/sound.ts';
import { createToasts, type Toasts } from './alerts/toasts.ts';
import type { Boot } from './boot.ts';
import { createDirectory, type Directory } from './directory.ts';
import { createConversations, type Conversations } from './list/conversations.ts';
import { createCounts, type Counts } from './list/counts.ts';
import { createHighlights, type Highlights } from './list/highlights.ts';
import { createLens, type Lens } from './list/lens.ts';
import { askedIn, keepInAddress } from './list/lens_address.ts';
import { createPages, type Pages } from './list/pages.ts';
import { createShown, type Shown } from './list/shown.ts';
import { createTypingBoard, type TypingBoard } from './list/typing_board.ts';
import { createLive } from './live.ts';
import { createPreferences, type Preferences } from './preferences.ts';
import { createPresence, type Presence } from './presence.ts';
import { createRoute, type Route } from './route.ts';
import { createSelection } from './selection.ts';
import { createSession, type Session } from './session.ts';
import { createLastingStore } from './storage.ts';
import { createAssistance, type Assistance } from './thread/assistance.ts';
import { createCompositions, type Compositions } from './thread/composing.ts';
import { createAway, type Away } from './away.ts';
import { createVisitors, type Visitors } from './visitors.ts';
import { createCanned, type Canned } from './canned.ts';
import { createTending, type Tending } from './tending.ts';
import { createEdits, type Edits } from './thread/edits.ts';
import { createThumbs, type Thumbs } from './thread/thumbs.ts';
import { createTrays, type Trays } from './thread/trays.ts';
import { createThreads, type Thread, type Threads } from './thread/threads.ts';
import { keepUp, playWhenSwitchedOn, standIn } from './upkeep.ts';

export interface Inbox {
  readonly boot: Boot;
  readonly session: Session;
  readonly socket: Socket;
  readonly preferences: Preferences;
  readonly toasts: Toasts;
  readonly announcer: Announcer;
  readonly conversations: Conversations;
  readonly directory: Directory;
  readonly lens: Lens;
  readonly highlights: Highlights;
  readonly pages: Pages;
  readonly shown: Shown;
  readonly counts: Counts;
  readonly typing: TypingBoard;
  readonly presence: Presence;
  readonly route: Route;
  readonly compositions: Compositions;
  readonly assistance: Assistance;
  readonly trays: Trays;
  readonly threads: Threads;
  readonly thumbs: Thumbs;
  readonly actions: Actions;
  readonly tending: Tending;
  readonly canned: Canned;
  readonly visitors: Visitors;
  readonly away: Away;
  readonly edits: Edits;
  /** The thread of the selected conversation. */
  readonly thread: ReadonlySignal<Thread | null>;
  /** Whether the page is in front: only then is something read. */
  readonly isVisible: ReadonlySignal<boolean>;
  select(id: string | null): void;
  /** The conversation `by` places further down the list. */
  move(by: number): void;
}

export function createInbox(boot: Boot): Inbox {
  const store = createLastingStore();
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
  const lens = createLens(askedIn(location.search));
  keepInAddress(lens);
  const directory = createDirectory(api);
  const pages = createPages({
    api,
    conversations,
    serverNow: serverClock(boot.now),
    onFetched: (id, rev) => threads.hear(id, rev),
  });
  const shown = createShown({ conversations, lens, pages, me: boot.user.id });
  const highlights = createHighlights(api, lens, pages);
  const counts = createCounts(conversations, lens, pages, boot.user.id);
  const typing = createTypingBoard();
  const presence = createPresence(boot.user.id);
  const compositions = createCompositions(store, boot.user.id);
  const trays = createTrays(api, boot.upload);
  const assistance = createAssistance({ ask: session.ask, compositions });
  const unsent = createUnsent(store, `inbox:unsent:${boot.user.id}:`);

  const send = (command: Command): boolean => socket.send(command);
  const threads = createThreads({
    api,
    author: me,
    send: (command) => send(command) || fallback.send(command),
    onState: (state) => conversations.merge(state),
    unsent,
    compositions,
  });
  const thumbs = createThumbs(api);
  const selection = createSelection({ route, shown, lens, threads });
  const alerts = createAlerts({
    toasts,
    sound,
    announcer,
    selected: () => route.selected.peek(),
    open: selection.select,
    isHidden: () => !isVisible.peek(),
  });
  const actions = createActions({ api, send, conversations, toasts, me, leave: selection.leave, comeBack: selection.select });
  const tending = createTending({ api, actions, conversations, directory, toasts, leave: selection.leave, comeBack: selection.select });
  const away = createAway(api, toasts, boot.user.id, boot.user.is_away);
  const visitors = createVisitors({ api, conversations, toasts, selected: route.selected, isVisible });
  const canned = createCanned(api, directory, toasts);
  const edits = createEdits({ api, toasts, take: (id, message) => threads.open(id).timeline.load({ entries: [message] }) });
  const socket = createSocket({
    url: boot.ws_url,
    token: () => connectionToken(api),
    onFrame: createLive({ away, conversations, pages, typing, presence, threads, thumbs, alerts, toasts, onConnected }),
    onRefused: session.refused,
    name: 'inbox',
  });

  function onConnected(userId: number): void {
    // Somebody else logged in in another tab: what stands here is not theirs to see.
    if (userId !== boot.user.id) return location.reload();
    send({ type: 'view', conversation_id: seen() });
    pages.reconcile().catch(() => undefined);
    if (pages.of(lens.query.peek()).peek().error) void pages.more(lens.query.peek());
  }

  const seen = (): string | null => (isVisible.peek() ? route.selected.peek() : null);

  document.addEventListener('visibilitychange', () => (isVisible.value = document.visibilityState === 'visible'));
  const upkeep = { socket, session, conversations, pages, route, selection, threads, isVisible };
  keepUp(upkeep);
  const fallback = standIn(upkeep);
  for (const message of unsent.all()) threads.open(message.conversation_id);
  playWhenSwitchedOn(preferences, sound);

  return {
    boot,
    session,
    socket,
    preferences,
    toasts,
    announcer,
    conversations,
    directory,
    lens,
    highlights,
    pages,
    shown,
    counts,
    typing,
    presence,
    route,
    compositions,
    assistance,
    trays,
    threads,
    thumbs,
    actions,
    tending,
    canned,
    visitors,
    away,
    edits,
    isVisible,
    thread: selection.thread,
    select: selection.select,
    move: selection.move,
  };
}

/** This machine's clock may be wrong by hours; how much time passes it knows. */
function serverClock(madeAt: string): () => number {
  const start = (Date.parse(madeAt) || Date.now()) - performance.now();
  return () => start + performance.now();
}
