/** Puts the parts of the inbox together. Every part is usable alone; here is who tells whom. */
import { effect, signal, untracked, type ReadonlySignal } from '@preact/signals';

import { ApiError } from '../shared/http.ts';
import type { Author } from '../shared/protocol.d.ts';
import { connectionToken, createSocket, type Command, type Socket } from '../shared/socket.ts';
import { createUnsent } from '../shared/unsent.ts';
import { createActions, type Actions } from './actions.ts';
import { createAnnouncer, type Announcer } from './alerts/announcer.ts';
import { createSpeaking, type Speaking } from './alerts/speaking.ts';
import { createToasts, type Toasts } from './alerts/toasts.ts';
import type { Boot, Website } from './boot.ts';
import { createDirectory, type Directory } from './directory.ts';
import { createConversations, type Conversations } from './list/conversations.ts';
import { createCounts, type Counts } from './list/counts.ts';
import { createFoundVisitors, type FoundVisitors } from './list/found_visitors.ts';
import { createMarks, type Marks } from './list/marks.ts';
import { createLosses, type Losses } from './losses.ts';
import { createHighlights, type Highlights } from './list/highlights.ts';
import { createLens, type Lens } from './list/lens.ts';
import { askedIn, keepInAddress } from './list/lens_address.ts';
import { createPages, type Pages } from './list/pages.ts';
import { createShown, type Shown } from './list/shown.ts';
import { createTypingBoard, type TypingBoard } from './list/typing_board.ts';
import { createLive } from './live.ts';
import { createPicture, type Picture } from './picture.ts';
import { createPreferences, type Preferences } from './preferences.ts';
import { createPresence, type Presence } from './presence.ts';
import { createRoute, type Route } from './route.ts';
import { createSelection } from './selection.ts';
import { createSession, type Session } from './session.ts';
import { createLastingStore } from './storage.ts';
import { createAssistance, type Assistance } from './thread/assistance.ts';
import { createCompositions, type Compositions, EMPTY } from './thread/composing.ts';
import { createAway, type Away } from './away.ts';
import { createWebsites, fetchWebsites } from './websites.ts';
import { hearTime } from './time.ts';
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
  readonly speaking: Speaking;
  readonly conversations: Conversations;
  readonly directory: Directory;
  readonly lens: Lens;
  readonly highlights: Highlights;
  readonly found: FoundVisitors;
  /** What this person wants to come back to. */
  readonly marks: Marks;
  readonly losses: Losses;
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
  readonly picture: Picture;
  /** The thread of the selected conversation. */
  readonly thread: ReadonlySignal<Thread | null>;
  /** Whether the page is in front: only then is something read. */
  readonly isVisible: ReadonlySignal<boolean>;
  select(id: string | null): void;
  /** The conversation `by` places further down the list. */
  move(by: number): void;
}

export function createInbox(given: Boot): Inbox {
  const { boot, hear: onRights } = createWebsites(given, {
    fetchAll: () => fetchWebsites(given.websites_url),
    onMore: () => pages.renewAll(),
    onLost,
    reload: () => location.reload(),
  });
  hearTime(Date.parse(boot.now));
  const store = createLastingStore();
  const me: Author = { id: boot.user.id, name: boot.user.name, avatar_url: boot.user.avatar_url || null };
  const session = createSession(boot);
  const { api } = session;
  const preferences = createPreferences(store);
  const toasts = createToasts();
  const announcer = createAnnouncer();
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
    onGone: (id) => void onGone(id).catch(() => undefined),
  });
  const shown = createShown({ conversations, lens, pages, me: boot.user.id });
  const highlights = createHighlights(api, lens, pages, route.selected);
  const found = createFoundVisitors(api, lens);
  const marks = createMarks(store, boot.user.id);
  const counts = createCounts(conversations, lens, pages, boot.user.id);
  const typing = createTypingBoard();
  const presence = createPresence(boot.user.id);
  const compositions = createCompositions(store, boot.user.id);
  const trays = createTrays(api, boot.upload);
  const assistance = createAssistance({ ask: session.ask, compositions });
  const unsent = createUnsent(store, `inbox:unsent:${boot.user.id}:`);
  const losses = createLosses({ conversations, compositions, unsent });

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
  const away = createAway({ api, toasts, directory, me: boot.user });
  const speaking = createSpeaking({
    me: boot.user.id,
    preferences,
    conversations,
    store,
    toasts,
    announcer,
    selected: route.selected,
    isVisible,
    isAway: away.isAwayFrom,
    open: selection.select,
  });
  const actions = createActions({ api, send, conversations, toasts, me, leave: selection.leave, comeBack: selection.select });
  const tending = createTending({ api, actions, conversations, directory, toasts, leave: selection.leave, comeBack: selection.select });
  const visitors = createVisitors({ api, conversations, toasts, selected: route.selected, isVisible });
  const canned = createCanned(api, directory, toasts);
  const edits = createEdits({ api, toasts, take: (id, message) => threads.open(id).timeline.load({ entries: [message] }) });
  const picture = createPicture({ api, me, maxBytes: boot.upload.max_bytes });
  const socket = createSocket({
    url: boot.ws_url,
    token: () => connectionToken(api),
    onFrame: createLive({
      ...{ away, conversations, pages, typing, presence, threads, thumbs, visitors, toasts, onConnected, onRemoved, onRights },
      alerts: speaking.alerts,
    }),
    onRefused: session.refused,
    name: 'inbox',
  });

  function onConnected(userId: number): void {
    // Somebody else logged in in another tab: what stands here is not theirs to see.
    if (userId !== boot.user.id) return location.reload();
    send({ type: 'view', conversation_id: seen() });
    pages.reconcile().catch(() => undefined);
    if (pages.of(lens.query.peek()).peek().error) void pages.more(lens.query.peek());
    // What was removed meanwhile is told to nobody later.
    if (route.selected.peek()) pages.fetchOne(route.selected.peek()!);
  }

  /** Not found: for this person, or for anybody? */
  async function onGone(id: string): Promise<void> {
    const website = conversations.get(id)?.website_id;
    if (website === undefined) return;
    const mine = (await fetchWebsites(boot.websites_url)).map((one) => one.id);
    if (mine.includes(website)) onRemoved(id);
    else await onRights(mine);
  }

  function onRemoved(id: string): void {
    const isOpen = route.selected.peek() === id;
    if (isOpen || losses.begunIn(id).length) losses.conversation(id);
    conversations.drop(id);
    compositions.write(id, EMPTY); // what was begun for them is not to stay here either
    threads.forget(id);
    if (isOpen) selection.select(null);
  }

  /** What stands here of a website that is gone is no longer mine to see: loaded anew, the page knows the rest alone. */
  function onLost(lost: readonly Website[], left: number): void {
    if (!left) return losses.everything(lost.map(({ name }) => name));
    losses.websites(lost);
    if (lost.some(({ id }) => id === conversations.get(route.selected.peek() ?? '')?.website_id)) selection.select(null);
    location.reload();
  }

  /** Refused for good: a page that may show nothing any more says so, and does not only seem to be offline. */
  async function onStopped(): Promise<void> {
    if (session.ended.peek() || !boot.websites.length) return;
    try {
      await onRights((await fetchWebsites(boot.websites_url)).map(({ id }) => id));
    } catch (error) {
      // A second factor is wanted: the server leads there.
      if (error instanceof ApiError && error.status === 403) location.reload();
    }
  }

  const seen = (): string | null => (isVisible.peek() ? route.selected.peek() : null);

  document.addEventListener('visibilitychange', () => (isVisible.value = document.visibilityState === 'visible'));
  const upkeep = { socket, session, conversations, pages, route, selection, threads, marks, isVisible, speaking };
  keepUp(upkeep);
  effect(() => {
    if (socket.status.value === 'stopped') untracked(() => void onStopped());
  });
  const fallback = standIn(upkeep);
  for (const message of unsent.all()) threads.open(message.conversation_id);
  playWhenSwitchedOn(preferences, speaking.sound);

  return {
    boot,
    session,
    socket,
    preferences,
    toasts,
    announcer,
    speaking,
    conversations,
    directory,
    lens,
    highlights,
    found,
    marks,
    losses,
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
    picture,
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
