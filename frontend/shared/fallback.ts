/**
 * HTTP in place of the socket while it is down: sends what waits, fetches what came, and hands back as soon as the socket
 * is greeted. Nothing is doubled or lost between the two, as both keep the same cursor and the same client_ids.
 */
import type { Api, ApiError } from './http.ts';
import type { Message, Rejected } from './protocol.d.ts';
import type { Command, Frame, Socket } from './socket.ts';
import type { Outgoing, Timeline } from './timeline.ts';
import { bodyOf } from './timeline/outbox.ts';

export interface FallbackOptions {
  api: Pick<Api, 'get' | 'post'>;
  socket: Pick<Socket, 'status' | 'reconnect'>;
  /** `conversations/` for the staff, `widget/conversations/` for a visitor. */
  path: string;
  /** Where something may wait to be sent. */
  timelines: () => Iterable<Timeline>;
  /** Where something may be new; asked once a round. Without it, everywhere. */
  changed?: () => Promise<Iterable<Timeline>>;
  /** What HTTP answered, in the form of the frame that would have come. */
  take: (frame: Frame) => void;
  /** Whether the last round got through. */
  onRound?: (isThrough: boolean) => void;
  /** Milliseconds until attempt `n` is worth a try. */
  backoff: (attempt: number) => number;
}

export interface Fallback {
  /** A command the socket did not take; true when it goes over HTTP. Messages go from the outbox of their timeline. */
  send(command: Command): boolean;
  stop(): void;
}

/** Most sockets are back before that. Up to twice as long, so that not everybody who lost one asks in the same instant. */
const GRACE_MS = 1500;
const QUICK_MS = 2000;
/** A conversation in which nothing happens is looked at ever more seldom, down to this. */
const SELDOM_MS = 10_000;

export function createFallback(options: FallbackOptions): Fallback {
  const { api, socket, path, timelines, take, backoff } = options;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let earliest = 0; // Neither a click nor a wake-up makes us faster than the server has asked for.
  let isDown = false;
  let isRunning = false;
  let wasHurried = false;
  let failures = 0;
  let pause = QUICK_MS;

  const stopWatching = socket.status.subscribe((status) => {
    const isDownNow = status === 'offline' || status === 'connecting';
    if (isDownNow === isDown) return;
    isDown = isDownNow;
    clearTimeout(timer);
    failures = 0;
    pause = QUICK_MS;
    earliest = Math.max(earliest, Date.now() + GRACE_MS * (1 + Math.random()));
    if (isDown) runIn(0);
  });

  function runIn(milliseconds: number): void {
    clearTimeout(timer);
    timer = setTimeout(() => void run(), Math.max(milliseconds, earliest - Date.now()));
  }

  /** Now, or right after the round that is underway. */
  function hurry(): void {
    pause = QUICK_MS;
    wasHurried = isRunning;
    if (isDown && !isRunning) runIn(0);
  }

  async function run(): Promise<void> {
    if (!isDown || isRunning || !isNeeded()) return;
    isRunning = true;
    wasHurried = false;
    try {
      const isNews = await exchange();
      pause = isNews ? QUICK_MS : Math.min(SELDOM_MS, pause * 1.5);
      if (isDown) answered();
      next(pause);
    } catch (error) {
      failed(error as ApiError);
    } finally {
      isRunning = false;
    }
  }

  /** The server is there: a socket that has waited since it was not need not wait any longer. */
  function answered(): void {
    options.onRound?.(true);
    if (failures && socket.status.peek() === 'offline') socket.reconnect();
    failures = 0;
  }

  function failed(error: ApiError): void {
    if (isDown) options.onRound?.(false);
    // The socket's token is refused as well, and who owns the socket decides what follows.
    if (error.status === 401) return;
    if (error.retryAfter) earliest = Date.now() + error.retryAfter * 1000;
    next((error.retryAfter ?? 0) * 1000 + backoff(failures++));
  }

  function next(milliseconds: number): void {
    if (isDown) runIn(wasHurried ? 0 : milliseconds);
  }

  /** Nobody looks at a hidden page, so it asks for nothing; what was written there still goes out. */
  const isNeeded = (): boolean => !isHidden() || [...timelines()].some((timeline) => timeline.waiting().length > 0);

  async function exchange(): Promise<boolean> {
    let isNews = false;
    for (const timeline of timelines()) {
      for (const outgoing of timeline.waiting()) {
        if (!isDown) return true;
        await post(timeline, outgoing);
        isNews = true;
      }
    }
    if (!isDown || isHidden()) return isNews;
    for (const timeline of (await options.changed?.()) ?? timelines()) {
      const before = timeline.cursor;
      await catchUp(timeline);
      isNews ||= timeline.cursor > before;
    }
    return isNews;
  }

  async function post({ conversationId: conversation_id }: Timeline, outgoing: Outgoing): Promise<void> {
    const { client_id } = outgoing;
    const body = bodyOf(outgoing);
    try {
      const { message, rev } = await api.post<{ message: Message; rev: number }>(`${path}${conversation_id}/messages/`, body);
      // `prev` is not told over HTTP; one below `rev` makes the cursor find its own gap and ask.
      take({ type: 'new_message', conversation_id, website_id: 0, rev, prev: rev - 1, message });
    } catch (error) {
      const isLater = isWorthAnotherTry(error as ApiError);
      if (!isLater || (error as ApiError).status === 429) take({ ...refusal(error as ApiError), client_id });
      if (isLater) throw error;
    }
  }

  /** Every page after the cursor, and the state with it. A conversation that is gone keeps nobody from the others. */
  async function catchUp(timeline: Timeline): Promise<void> {
    const { conversationId: conversation_id } = timeline;
    try {
      for (let after = -1; isDown && after < timeline.cursor; ) {
        after = timeline.cursor;
        const page = await api.get<{ complete: boolean }>(`${path}${conversation_id}/entries/`, { after });
        take({ ...page, type: 'resumed', conversation_id } as Frame);
        if (page.complete) return;
      }
    } catch (error) {
      if (isWorthAnotherTry(error as ApiError)) throw error;
    }
  }

  function send(command: Command): boolean {
    if (!isDown) return false;
    if (command.type === 'chat_message') hurry();
    const [timeline] = timelines();
    const name = NAMES[command.type];
    if (!name || !timeline) return false;
    const body = command.type === 'read' ? { rev: command.rev } : {};
    api.post(`${path}${timeline.conversationId}/${name}/`, body).then(hurry, (error: ApiError) => {
      if (!isWorthAnotherTry(error)) take(refusal(error));
    });
    return true;
  }

  document.addEventListener('visibilitychange', hurry);
  addEventListener('online', hurry);

  return {
    send,
    stop() {
      isDown = false;
      clearTimeout(timer);
      stopWatching();
      document.removeEventListener('visibilitychange', hurry);
      removeEventListener('online', hurry);
    },
  };
}

/** What else a visitor's command is called over HTTP. */
const NAMES: Partial<Record<Command['type'], string>> = { read: 'read', request_human: 'handoff', stop_reply: 'stop' };

function refusal({ code, detail, retryAfter, conversationId }: ApiError): Rejected {
  const told: Rejected = { type: 'rejected', code: code as Rejected['code'], detail };
  if (retryAfter) told.retry_after = retryAfter;
  if (conversationId) told.conversation_id = conversationId;
  return told;
}

/** Without a credential nothing is refused for good: whoever is known again may say it. */
const isWorthAnotherTry = ({ isTemporary, status }: ApiError): boolean => isTemporary !== false || status === 401;

const isHidden = (): boolean => document.visibilityState === 'hidden';
