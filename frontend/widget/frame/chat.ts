/** The visitor's one conversation: begun lazily with the first message, then live over a socket, or over HTTP while there is none. */
import { batch, computed, effect, signal, type ReadonlySignal, type Signal } from '@preact/signals';

import { namesOf } from '../../shared/attached.ts';
import { ApiError, type Api } from '../../shared/http.ts';
import type { Attachment, Message, VisitorConversation } from '../../shared/protocol.d.ts';
import type { Command, Frame } from '../../shared/socket.ts';
import type { Entry, Timeline } from '../../shared/timeline.ts';
import type { UnsentMessages } from '../../shared/unsent.ts';
import { createEarly, NO_CONVERSATION, SILENCE, type Early } from './early.ts';
import { once } from './lazy.ts';
import { persistently } from './persistence.ts';
import type { Question, Session, Visitor } from './visitor.ts';
import type { Link, Wire } from './wire.ts';

/** `unavailable`: the website is switched off or does not let us in. */
export type Phase = 'asleep' | 'beginning' | 'ready' | 'unavailable';

let parts: typeof import('./conversation.ts') | undefined;
export const fetchConversation = once(async () => (parts = await import('./conversation.ts')));

/** `waiting`: asked for, but not yet heard by the server. */
export type PersonWish = 'none' | 'waiting' | 'refused';

export interface ChatOptions {
  visitor: Visitor;
  unsent: UnsentMessages;
  /** Whether somebody is there, as far as is known before a session says. */
  available?: boolean;
  onArrival: (message: Message) => void;
  onStarted: () => void;
}

export interface Chat {
  readonly api: Api;
  readonly timeline: ReadonlySignal<Timeline<VisitorConversation>>;
  readonly phase: ReadonlySignal<Phase>;
  /** `offline` also while the very first call does not get through. */
  readonly link: ReadonlySignal<Link>;
  /** Whether somebody of the staff is there; null while nobody has said. */
  readonly available: ReadonlySignal<boolean | null>;
  readonly personWish: ReadonlySignal<PersonWish>;
  readonly early: Early['messages'];
  /** What is to be answered before the first message. */
  readonly asks: Signal<readonly Question[]>;
  begin(): Promise<void>;
  say(content: string, attachments?: readonly Attachment[]): void;
  /** The id of the conversation, which is made if there is none. Rejects where none can be. */
  conversation(): Promise<string>;
  retry(clientId: string): void;
  discard(clientId: string): void;
  askForPerson(): void;
  stopReply(): void;
  send(command: Command): boolean;
  /** Something is left to be sent from the last time. */
  hasUnsent(): boolean;
  /** Anew as who the visitor now is. */
  restart(options: { keepUnsent: boolean }): Promise<void>;
}

export function createChat({ visitor, unsent, available: isThere, onArrival, onStarted }: ChatOptions): Chat {
  const { api } = visitor;
  const phase = signal<Phase>('asleep');
  const link = signal<Link>('offline');
  const available = signal(isThere ?? null);
  const personWish = signal<PersonWish>('none');
  const asks = signal<readonly Question[]>([]);
  const timeline = signal(SILENCE);
  let wire: Wire | null = null;
  let beginning: Promise<void> | null = null;
  let starting = false;
  let refusals = 0;
  let beginnings = 0;
  const early = createEarly(unsent);
  const prepare = (): Promise<void> => fetchConversation().then(hold);
  if (!early.isEmpty()) void prepare();

  // --- coming in ---

  function begin(): Promise<void> {
    beginning ??= beginOnce();
    return beginning;
  }

  async function beginOnce(): Promise<void> {
    const mine = ++beginnings; // An answer for who the visitor was a moment ago is none any more.
    phase.value = 'beginning';
    link.value = 'connecting';
    try {
      const session = await persistently(() => visitor.begin(), () => (link.value = 'offline'));
      if (session.conversation) await fetchConversation();
      if (mine === beginnings) come(session);
    } catch {
      if (mine === beginnings) phase.value = 'unavailable';
    }
  }

  function come(session: Session): void {
    batch(() => {
      phase.value = 'ready';
      asks.value = session.asks ?? [];
      available.value = session.widget?.available ?? null;
      if (session.entries) return void prepare().then(() => timeline.peek().load({ entries: session.entries!, conversation: session.conversation! }));
      if (session.conversation) return enter(session.conversation.id);
      link.value = 'online';
      void start();
    });
  }

  function newTimeline(conversationId: string): Timeline<VisitorConversation> {
    return parts!.createTimeline({ conversationId, me: 'visitor', send, onArrival, unsent });
  }

  /** What is said, now that there is what holds it. */
  function hold(): void {
    if (timeline.peek() === SILENCE) timeline.value = newTimeline(NO_CONVERSATION);
    early.moveTo(timeline.peek());
  }

  /** Takes what is unsent along; with the client_ids it has, so that nothing is said twice. */
  function enter(conversationId: string): void {
    leave();
    const before = timeline.peek();
    const next = newTimeline(conversationId);
    for (const entry of before.entries.peek()) if (entry.state !== 'stored') carryOver(entry, next);
    before.stop();
    timeline.value = next;
    if (conversationId === NO_CONVERSATION) return void (link.value = 'online');
    link.value = 'connecting';
    void connect(next);
  }

  async function connect(to: Timeline<VisitorConversation>): Promise<void> {
    const { createWire } = await fetchConversation();
    if (timeline.peek() !== to) return; // Left meanwhile.
    wire = createWire({
      api,
      timeline: to,
      receive,
      onLink: (now) => {
        link.value = now;
        if (now === 'stopped') void recover();
      },
      onStandIn: wishAgain,
      onRefused: () => visitor.distrust(),
    });
  }

  function carryOver({ message, state, error }: Entry, next: Timeline): void {
    const isFailed = state === 'failed' && error !== 'conflict';
    const { client_id, attachments, timestamp } = message;
    next.post(message.content, { clientId: client_id!, attachments, at: Date.parse(timestamp), error: isFailed ? error : null });
  }

  function leave(): void {
    wire?.close();
    wire = null;
  }

  /** A refusal for good may only be about this conversation or this token, so who we are is asked once more; not for ever. */
  async function recover(): Promise<void> {
    if (refusals++ < 2) return restart({ keepUnsent: true });
    leave();
    phase.value = 'unavailable';
  }

  async function restart({ keepUnsent }: { keepUnsent: boolean }): Promise<void> {
    if (!keepUnsent) {
      early.discard();
      for (const { key } of timeline.peek().entries.peek()) timeline.peek().discard(key);
    }
    if (phase.peek() === 'asleep') return;
    if (parts) enter(NO_CONVERSATION);
    beginning = beginOnce();
    await beginning;
  }

  // --- the socket ---

  function receive(frame: Frame): void {
    if (frame.type === 'presence' && 'available' in frame) available.value = frame.available;
    timeline.peek().apply(frame);
    if (frame.type === 'connected') {
      refusals = 0;
      wishAgain();
    }
    if (frame.type === 'rejected') refused(frame);
  }

  function refused(frame: Extract<Frame, { type: 'rejected' }>): void {
    // Another conversation is open instead of this one: what was refused goes there.
    if (frame.code === 'conflict' && frame.conversation_id) enter(frame.conversation_id);
    else if (!frame.client_id && personWish.peek() === 'waiting' && !frame.retry_after) personWish.value = 'refused';
  }

  const send = (command: Command): boolean => wire?.send(command) ?? false;

  // --- saying something ---

  function say(content: string, attachments: readonly Attachment[] = []): void {
    early.add(content || namesOf(attachments), attachments);
    void (parts ? hold() : prepare());
    void start();
  }

  async function conversation(): Promise<string> {
    let problem = '';
    await begin();
    if (!timeline.peek().conversationId) await create({}, (code) => (problem = code));
    if (problem) throw new ApiError(0, problem, '');
    return timeline.peek().conversationId;
  }

  /** The conversation is made with its first message; what is written meanwhile follows over the socket. */
  async function start(): Promise<void> {
    if (starting || timeline.peek().conversationId) return;
    starting = true;
    try {
      await begin();
      if (!early.isEmpty()) await prepare();
      while (!timeline.peek().conversationId && phase.peek() === 'ready' && !asks.peek().length && nextUnsent()) await sendFirst(nextUnsent()!);
    } finally {
      starting = false;
    }
  }

  effect(() => void (asks.value.length || phase.peek() !== 'ready' || start())); // The form was answered.

  const nextUnsent = (): Entry | undefined => timeline.peek().entries.peek().find((entry) => entry.state === 'sending');

  async function sendFirst({ message }: Entry): Promise<void> {
    const { client_id, content } = message;
    // Before any socket is there it is told to the timeline the way the socket would have.
    const refuse = (code: string): void => receive({ type: 'rejected', code: code as 'invalid', detail: '', client_id: client_id! });
    await create({ client_id, content }, refuse);
  }

  async function create(first: object, onFailed: (code: string) => void): Promise<void> {
    try {
      const made = await persistently(
        () => api.post<{ conversation: VisitorConversation; message: Message | null }>('widget/conversations/', first),
        () => (link.value = 'offline'),
      );
      await fetchConversation();
      if (timeline.peek().conversationId) return;
      enter(made.conversation.id);
      if (made.message) timeline.peek().load({ entries: [made.message], conversation: made.conversation });
      onStarted();
    } catch (error) {
      link.value = 'online';
      onFailed(error instanceof ApiError ? error.code : 'unexpected');
    }
  }

  // --- people and the AI ---

  const isHuman = computed(() => timeline.value.conversation.value?.handled_by === 'human');
  effect(() => void (isHuman.value && (personWish.value = 'none')));

  function askForPerson(): void {
    personWish.value = 'waiting';
    if (timeline.peek().conversationId) return wishAgain();
    void begin().then(() => {
      if (timeline.peek().conversationId) wishAgain();
      else void create({}, () => (personWish.value = 'refused'));
    });
  }

  function wishAgain(): void {
    if (personWish.peek() === 'waiting') send({ type: 'request_human' });
  }

  return {
    api,
    timeline,
    phase,
    link,
    available,
    personWish,
    early: early.messages,
    asks,
    begin,
    say,
    conversation,
    retry(clientId) {
      if (!early.retry(clientId)) timeline.peek().retry(clientId);
      void start();
    },
    discard: (clientId) => timeline.peek().discard(clientId),
    askForPerson,
    stopReply: () => void send({ type: 'stop_reply' }),
    send,
    hasUnsent: () => early.isWaiting() || !!nextUnsent(),
    restart,
  };
}
