/** The open conversations: each a timeline with its history, and what is still unsent. */
import { effect, signal, type ReadonlySignal } from '@preact/signals';

import { namesOf } from '../../shared/attached.ts';
import type { Api } from '../../shared/http.ts';
import type { Attachment, Author, StaffConversation } from '../../shared/protocol.d.ts';
import type { Command, Frame } from '../../shared/socket.ts';
import { createTimeline, type Timeline } from '../../shared/timeline.ts';
import { FRESH_MS, type Unsent, type UnsentMessages } from '../../shared/unsent.ts';
import { clockBehind } from '../time.ts';
import { createHistory, type History } from './history.ts';
import type { Composing, Compositions } from './composing.ts';

export interface Thread {
  readonly timeline: Timeline<StaffConversation>;
  readonly history: History;
  /** What staff had read when this conversation was opened: where "New" begins. */
  readonly readBefore: ReadonlySignal<number | null>;
  post(content: string, note: boolean, attachments?: readonly Attachment[]): void;
  retry(clientId: string): void;
  /** Take a message back that could not be sent; `edit` puts its text into the composer again. */
  withdraw(clientId: string, edit: boolean): void;
}

export interface Threads {
  open(conversationId: string): Thread;
  apply(frame: Frame): void;
  /** The list says that a conversation stands here. */
  hear(conversationId: string, rev: number): void;
  all(): Thread[];
  /** It is no more: what waited to be sent goes with it. */
  forget(conversationId: string): void;
}

export interface ThreadsOptions {
  api: Api;
  author: Author;
  send: (command: Command) => boolean;
  onState: (state: StaffConversation) => void;
  unsent: UnsentMessages;
  compositions: Compositions;
}

const MOST_OPEN = 12;

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

  const all = (): Thread[] => [...opened.values()].map((held) => held.thread);

  /** A frame may be lost without anybody knowing; the list is fetched again and again, and knows. */
  function hear(conversationId: string, rev: number): void {
    const timeline = opened.get(conversationId)?.thread.timeline;
    if (timeline?.loaded.peek()) timeline.hear(rev);
  }

  function forget(conversationId: string): void {
    for (const message of options.unsent.all()) if (message.conversation_id === conversationId) options.unsent.settle(message.client_id);
    opened.get(conversationId)?.stop();
    opened.delete(conversationId);
  }

  return { open, hear, all, forget, apply: (frame) => all().forEach(({ timeline }) => timeline.apply(frame)) };
}

interface Held {
  thread: Thread;
  reopen(): void;
  hasUnsent(): boolean;
  stop(): void;
}

function createThread(conversationId: string, options: ThreadsOptions): Held {
  const { api, unsent, compositions } = options;
  const timeline = createTimeline<StaffConversation>({
    conversationId,
    me: 'staff',
    send: options.send,
    author: () => options.author,
    unsent,
    clockBehind,
  });
  const history = createHistory({ api, conversationId, timeline });
  const readBefore = signal<number | null>(null);

  const stops = [
    effect(() => {
      const state = timeline.conversation.value;
      if (state) options.onState(state);
    }),
    effect(() => {
      if (timeline.loaded.value) recover();
    }),
  ];
  void history.first();

  /** After a reload: what the server does not have is sent again, or given back to the composer when it is old. */
  function recover(): void {
    readBefore.value ??= timeline.staff.peek().read;
    const here = new Map(timeline.entries.peek().map((entry) => [entry.message.client_id, entry.state]));
    for (const message of kept()) {
      const state = here.get(message.client_id);
      if (state === 'stored') unsent.settle(message.client_id);
      else if (!state) sendAgain(message);
    }
  }

  const kept = (): Unsent[] => unsent.all().filter((message) => message.conversation_id === conversationId);

  function sendAgain(message: Unsent): void {
    if (Date.now() - message.at < FRESH_MS) timeline.post(message.content, { ...message, clientId: message.client_id });
    else giveBack(message);
  }

  function giveBack(message: Unsent): void {
    const field: keyof Composing = message.note ? 'note' : 'reply';
    const begun = compositions.of(conversationId).peek()[field];
    const text = begun ? `${message.content}\n\n${begun}` : message.content;
    compositions.write(conversationId, { mode: message.note ? 'note' : 'reply', [field]: text });
    unsent.settle(message.client_id);
  }

  function post(content: string, note: boolean, attachments: readonly Attachment[] = []): void {
    timeline.post(content || namesOf(attachments), { note, attachments });
  }

  function withdraw(clientId: string, edit: boolean): void {
    const message = kept().find((one) => one.client_id === clientId);
    timeline.discard(clientId);
    if (message && edit) giveBack(message);
  }

  return {
    thread: { timeline, history, readBefore, post, retry: timeline.retry, withdraw },
    reopen: () => {
      readBefore.value = timeline.staff.peek().read;
      if (history.problem.peek()) void history.again();
    },
    hasUnsent: () => timeline.entries.peek().some((entry) => entry.state !== 'stored'),
    stop: () => {
      for (const stop of [...stops, timeline.stop]) stop();
    },
  };
}
