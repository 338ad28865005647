/** One conversation as this client knows it: takes frames in any order, any number of times, and stays right. No DOM, no socket. */
import { batch, signal, type ReadonlySignal } from '@preact/signals';

import type { Author, Message, StaffConversation, VisitorConversation } from './protocol.d.ts';
import type { Command, Frame } from './socket.ts';
import { createCursor } from './timeline/cursor.ts';
import { createDrafts, type Draft } from './timeline/drafts.ts';
import { createEntries, type Entry } from './timeline/entries.ts';
import { createMarkers, type Reach } from './timeline/markers.ts';
import { bodyOf, createOutbox, type Outgoing } from './timeline/outbox.ts';
import { createTyping, type Typist } from './timeline/typing.ts';
import type { UnsentMessages } from './unsent.ts';

export type { Draft, Entry, Outgoing, Reach, Typist };
export type Delivery = 'sending' | 'failed' | 'sent' | 'delivered' | 'read';
type AnyConversation = VisitorConversation | StaffConversation;

export interface TimelineOptions {
  conversationId: string;
  me: 'visitor' | 'staff';
  /** Give a command to the socket; false while it is not connected. The timeline asks again after `connected`. */
  send: (command: Command) => boolean;
  /** Who my optimistic messages are by (staff); visitors leave it out. */
  author?: () => Author | null;
  /** Remembers over a reload what is not acknowledged. */
  unsent?: UnsentMessages;
  /** By how much this machine's clock is behind the server's, in milliseconds. */
  clockBehind?: () => number;
  /** A message that was not there before and is not my own, once each; not for the history of the first load. */
  onArrival?: (message: Message) => void;
}

/** `at`, `error`: of a message that was written before, and maybe refused. */
export type PostExtra = Partial<Omit<Outgoing, 'client_id' | 'content'>> & { clientId?: string };

export interface Timeline<C extends AnyConversation = AnyConversation> {
  readonly conversationId: string;
  readonly entries: ReadonlySignal<readonly Entry[]>;
  readonly drafts: ReadonlySignal<readonly Draft[]>;
  readonly typing: ReadonlySignal<readonly Typist[]>;
  readonly conversation: ReadonlySignal<C | null>;
  readonly visitor: ReadonlySignal<Reach>;
  readonly staff: ReadonlySignal<Reach>;
  /** The history is here, up to what the server had when it was asked. */
  readonly loaded: ReadonlySignal<boolean>;
  readonly cursor: number;
  /** Something is known to be missing, and was not found yet. */
  readonly isBehind: boolean;
  apply(frame: Frame): void;
  /** Ask for everything after the cursor and send what waits. Called by itself on `connected` and `resync` of a visitor's socket. */
  resume(): void;
  /** A page of REST entries. `rev` moves the cursor: give it for the newest page only, not for older history. */
  load(page: { entries: readonly Message[]; rev?: number; conversation?: C | null }): void;
  /** The server's `rev` is this one, somebody says. */
  hear(rev: number): void;
  post(content: string, extra?: PostExtra): Outgoing;
  /** What was not acknowledged and has not failed, in the order it was written. */
  waiting(): Outgoing[];
  retry(clientId: string): void;
  discard(clientId: string): void;
  deliveryOf(entry: Entry): Delivery;
  stop(): void;
}

export function createTimeline<C extends AnyConversation = AnyConversation>(options: TimelineOptions): Timeline<C> {
  const { conversationId, me } = options;
  const entries = createEntries();
  const drafts = createDrafts();
  const typing = createTyping();
  const markers = createMarkers();
  const cursor = createCursor(() => askForMore());
  const outbox = createOutbox({
    deliver,
    onFailed: (clientId, code) => entries.markPending(clientId, 'failed', code),
    onDelayed: (clientId, code) => entries.markPending(clientId, 'sending', code),
    keep: (outgoing) => options.unsent?.keep({ ...outgoing, conversation_id: conversationId }),
    settle: (clientId) => options.unsent?.settle(clientId),
  });
  let isAsked = false;
  let askingAgain: ReturnType<typeof setTimeout> | undefined;
  const conversation = signal<C | null>(null);
  const loaded = signal(false);

  function apply(frame: Frame): void {
    // A refusal may name another conversation: the one that is open instead of this.
    if (frame.type !== 'rejected' && 'conversation_id' in frame && frame.conversation_id !== conversationId) return;
    batch(() => take(frame));
  }

  function take(frame: Frame): void {
    switch (frame.type) {
      case 'connected':
        if ('conversation' in frame) takeState(frame.conversation as C);
        return resume();
      case 'resync':
        return resume();
      case 'resumed':
        return takePage(frame);
      case 'new_message':
      case 'message_updated':
        takeMessage(frame.message, frame.type === 'new_message');
        return cursor.see(frame.rev, frame.prev);
      case 'conversation_updated':
        takeState(frame.conversation as C);
        if (frame.activity) takeMessage(frame.activity, true);
        return cursor.see(frame.rev, frame.prev);
      case 'chunk':
        if (conversation.peek()?.handled_by === 'human') return;
        typing.done('assistant');
        return drafts.show(frame);
      case 'reply_cancelled':
        typing.done('assistant');
        return drafts.end(frame.message_id);
      case 'typing':
        return typing.hear(frame);
      case 'read':
        return markers.move(frame.reader, frame.delivered_rev, frame.read_rev);
      case 'heartbeat':
        if (!('rev' in frame)) return; // A dashboard's heartbeat is about no conversation.
        markers.take(frame);
        return cursor.hear(frame.rev);
      case 'rejected':
        if (frame.client_id) return outbox.refused(frame.client_id, frame.code, frame.retry_after ?? null);
        if (isAsked && frame.retry_after) askAgainIn(frame.retry_after);
    }
  }

  function takeMessage(message: Message, live: boolean): void {
    const isNew = entries.merge(message);
    if (message.client_id) outbox.acknowledged(message.client_id);
    drafts.end(message.id);
    if (!isNew) return;
    silence(message);
    const isMine = message.role === 'user' ? me === 'visitor' : isBy(options.author?.(), message);
    if (!isMine && (live || loaded.peek())) options.onArrival?.(message);
  }

  /** Who has spoken no longer types; when it was a person of the staff, the AI is silent from here on. */
  function silence(message: Message): void {
    if (message.role === 'user') typing.done('visitor');
    else if (message.is_manual) typing.done('agent', message.author?.id);
    else typing.done('assistant');
    if (message.is_manual && message.kind === 'message') drafts.endAll();
  }

  function takeState(state: C): void {
    markers.take(state);
    const known = conversation.peek();
    if (known && known.rev > state.rev) return;
    conversation.value = state;
    if (state.handled_by === 'human') drafts.endAll();
  }

  function takePage(page: Extract<Frame, { type: 'resumed' }>): void {
    takeState(page.conversation as C);
    for (const message of page.entries) takeMessage(message, false);
    const last = Math.max(0, ...page.entries.map((message) => message.rev));
    const more = !page.complete && last > cursor.value;
    cursor.reach(page.complete ? page.rev : last);
    isAsked = false;
    if (more) return askForMore();
    loaded.value = true;
    drafts.sweep();
  }

  function resume(): void {
    drafts.doubt();
    askForMore();
    outbox.flush();
  }

  function askForMore(): void {
    clearTimeout(askingAgain);
    isAsked = options.send(addressed({ type: 'resume', after: cursor.value }));
  }

  /** A question refused for the moment is asked again: nothing else may come that shows what is missing. */
  function askAgainIn(seconds: number): void {
    clearTimeout(askingAgain);
    askingAgain = setTimeout(askForMore, seconds * 1000);
  }

  function load(page: { entries: readonly Message[]; rev?: number; conversation?: C | null }): void {
    batch(() => {
      if (page.conversation) takeState(page.conversation);
      for (const message of page.entries) takeMessage(message, false);
      if (page.rev === undefined) return;
      cursor.reach(page.rev);
      loaded.value = true;
    });
  }

  function post(content: string, extra: PostExtra = {}): Outgoing {
    const { clientId = crypto.randomUUID(), note = false, at = Date.now(), error = null, attachments } = extra;
    const outgoing = { client_id: clientId, content, note, at, error, ...(attachments?.length ? { attachments } : {}) };
    entries.addPending(optimistic(outgoing));
    outbox.add(outgoing);
    return outgoing;
  }

  function deliver(outgoing: Outgoing): boolean {
    return options.send(addressed({ type: 'chat_message', ...bodyOf(outgoing) }));
  }

  /** A staff socket serves many conversations, so its commands name theirs. */
  function addressed(command: Command): Command {
    return me === 'staff' ? ({ ...command, conversation_id: conversationId } as Command) : command;
  }

  function optimistic(outgoing: Outgoing): Message {
    return {
      id: outgoing.client_id,
      client_id: outgoing.client_id,
      conversation_id: conversationId,
      seq: Number.MAX_SAFE_INTEGER,
      rev: 0,
      kind: outgoing.note ? 'note' : 'message',
      role: me === 'visitor' ? 'user' : 'assistant',
      is_manual: me === 'staff',
      content: outgoing.content,
      author: options.author?.() ?? null,
      timestamp: new Date(outgoing.at + (options.clockBehind?.() ?? 0)).toISOString(),
      attachments: [...(outgoing.attachments ?? [])],
      sources: [],
      deleted: false,
    };
  }

  function retry(clientId: string): void {
    entries.markPending(clientId, 'sending');
    outbox.retry(clientId);
  }

  function discard(clientId: string): void {
    outbox.forget(clientId);
    entries.dropPending(clientId);
  }

  function deliveryOf(entry: Entry): Delivery {
    if (entry.state !== 'stored') return entry.state;
    const other = (me === 'visitor' ? markers.staff : markers.visitor).value;
    if (other.read >= entry.message.seq) return 'read';
    return other.delivered >= entry.message.seq ? 'delivered' : 'sent';
  }

  return {
    conversationId,
    entries: entries.list,
    drafts: drafts.list,
    typing: typing.list,
    conversation,
    visitor: markers.visitor,
    staff: markers.staff,
    loaded,
    get cursor() {
      return cursor.value;
    },
    get isBehind() {
      return cursor.isBehind;
    },
    apply,
    resume,
    load,
    hear: cursor.hear,
    post,
    waiting: outbox.waiting,
    retry,
    discard,
    deliveryOf,
    stop() {
      clearTimeout(askingAgain);
      for (const part of [cursor, drafts, typing, outbox]) part.stop();
    },
  };
}

const isBy = (author: Author | null | undefined, message: Message): boolean =>
  Boolean(author && message.author && author.id === message.author.id);
