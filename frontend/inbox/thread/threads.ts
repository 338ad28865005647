/** The open conversations: each a timeline with its history, its way to the server, and what is still unsent. */
import { effect, signal, type ReadonlySignal } from '@preact/signals';

import type { Api } from '../../shared/http.ts';
import type { Author, Message, StaffConversation } from '../../shared/protocol.d.ts';
import type { Command, Frame } from '../../shared/socket.ts';
import { createTimeline, type Timeline } from '../../shared/timeline.ts';
import { createHistory, type History } from './history.ts';
import type { Composing, Compositions } from './composing.ts';
import { createSending } from './sending.ts';
import type { Unsent, UnsentMessages } from './unsent.ts';

export interface Thread {
  readonly timeline: Timeline<StaffConversation>;
  readonly history: History;
  /** What staff had read when this conversation was opened: where "New" begins. */
  readonly readBefore: ReadonlySignal<number | null>;
  post(content: string, note: boolean): void;
  retry(clientId: string): void;
  /** Take a message back that could not be sent; `edit` puts its text into the composer again. */
  withdraw(clientId: string, edit: boolean): void;
}

export interface Threads {
  open(conversationId: string): Thread;
  apply(frame: Frame): void;
}

export interface ThreadsOptions {
  api: Api;
  author: Author;
  send: (command: Command) => boolean;
  onState: (state: StaffConversation) => void;
  onSentByHttp: (conversationId: string) => void;
  unsent: UnsentMessages;
  compositions: Compositions;
}

const MOST_OPEN = 12;
/** An answer that did not get out for so long may no longer be what one wants to say. */
const FRESH_MS = 10 * 60_000;

export function createThreads(options: ThreadsOptions): Threads {
  const opened = new Map<string, Held>();

  function open(conversationId: string): Thread {
    const known = opened.get(conversationId);
    const held = known ?? hold(conversationId);
    // Re-inserted, so that the first of the map is the one not looked at for longest.
    opened.delete(conversationId);
    opened.set(conversationId, held);
    if (known) held.reopen();
    makeRoom();
    return held.thread;
  }

  function makeRoom(): void {
    for (const [id, held] of opened) {
      if (opened.size <= MOST_OPEN) return;
      if (held.hasUnsent()) continue;
      held.stop();
      opened.delete(id);
    }
  }

  const hold = (conversationId: string): Held => createThread(conversationId, options);

  return { open, apply: (frame) => opened.forEach((held) => held.thread.timeline.apply(frame)) };
}

interface Held {
  thread: Thread;
  reopen(): void;
  hasUnsent(): boolean;
  stop(): void;
}

function createThread(conversationId: string, options: ThreadsOptions): Held {
  const { api, unsent, compositions } = options;
  const sending = createSending({ api, conversationId, send: options.send, take, isWanted });
  const timeline = createTimeline<StaffConversation>({
    conversationId,
    me: 'staff',
    send: sending.send,
    author: () => options.author,
  });
  const history = createHistory({ api, conversationId, timeline });
  const readBefore = signal<number | null>(null);

  const stops = [
    effect(() => {
      const state = timeline.conversation.value;
      if (state) options.onState(state);
    }),
    effect(() => timeline.entries.value.forEach((entry) => settleIfStored(entry.message, entry.state))),
    effect(() => {
      if (timeline.loaded.value) recover();
    }),
  ];
  void history.first();

  function take(frame: Frame): void {
    timeline.apply(frame);
    options.onSentByHttp(conversationId);
  }

  function isWanted(clientId: string): boolean {
    return timeline.entries.peek().some((entry) => entry.key === clientId && entry.state !== 'stored');
  }

  function settleIfStored(message: Message, state: string): void {
    if (state === 'stored' && message.client_id) unsent.settle(message.client_id);
  }

  /** After a reload: what the server does not have is sent again, or given back to the composer when it is old. */
  function recover(): void {
    readBefore.value ??= timeline.staff.peek().read;
    const here = new Set(timeline.entries.peek().map((entry) => entry.message.client_id));
    for (const message of unsent.of(conversationId)) {
      if (here.has(message.client_id)) continue;
      if (Date.now() - message.at < FRESH_MS) timeline.post(message.content, { note: message.note, clientId: message.client_id });
      else giveBack(message);
    }
  }

  function giveBack(message: Unsent): void {
    const field: keyof Composing = message.note ? 'note' : 'reply';
    const begun = compositions.of(conversationId).peek()[field];
    const text = begun ? `${message.content}\n\n${begun}` : message.content;
    compositions.write(conversationId, { mode: message.note ? 'note' : 'reply', [field]: text });
    unsent.settle(message.client_id);
  }

  function post(content: string, note: boolean): void {
    const client_id = crypto.randomUUID();
    unsent.keep({ client_id, conversation_id: conversationId, content, note, at: Date.now() });
    timeline.post(content, { note, clientId: client_id });
  }

  function withdraw(clientId: string, edit: boolean): void {
    const message = unsent.of(conversationId).find((one) => one.client_id === clientId);
    timeline.discard(clientId);
    if (message && edit) giveBack(message);
    unsent.settle(clientId);
  }

  return {
    thread: { timeline, history, readBefore, post, retry: timeline.retry, withdraw },
    reopen: () => {
      readBefore.value = timeline.staff.peek().read;
      if (history.problem.peek()) void history.first();
    },
    hasUnsent: () => timeline.entries.peek().some((entry) => entry.state !== 'stored'),
    stop: () => {
      for (const stop of [...stops, timeline.stop, sending.stop]) stop();
    },
  };
}
