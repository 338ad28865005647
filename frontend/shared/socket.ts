/** One WebSocket that keeps coming back: fresh token, greeting deadline, watchdog, close-code policy. Knows nothing about messages. */
import { signal, type ReadonlySignal } from '@preact/signals';

import { delayAfterClose, jittered } from './backoff.ts';
import { createTrace } from './debug.ts';
import { ApiError, type Api } from './http.ts';
import type { DashboardCommand, DashboardFrame, VisitorCommand, VisitorFrame } from './protocol.d.ts';

export type Command = VisitorCommand | DashboardCommand;
export type Frame = VisitorFrame | DashboardFrame;

/** `stopped`: refused for good (4003), nothing will be tried again until `reconnect()`. */
export type SocketStatus = 'connecting' | 'online' | 'offline' | 'stopped';

export interface SocketOptions {
  /** Path such as `/ws/dashboard/`, or a full `ws:`/`wss:` address. */
  url: string;
  /** A single-use connection token. Asked for before every attempt. */
  token: () => Promise<string>;
  onFrame: (frame: Frame) => void;
  /** The token endpoint refused us (401, 403, 404): the caller's own credential is no longer good. */
  onRefused?: (error: ApiError) => void;
  name?: string;
}

export interface Socket {
  readonly status: ReadonlySignal<SocketStatus>;
  /** When the next attempt begins, in milliseconds since 1970; null while none is waited for. */
  readonly retryAt: ReadonlySignal<number | null>;
  /** False when the frame could not be handed to a greeted connection. */
  send(command: Command): boolean;
  /** Try at once, whatever the backoff says. */
  reconnect(): void;
  close(): void;
}

const GREETING_MS = 10_000;
const PING_MS = 25_000;
const PROBE_MS = 5000;
const DEFAULT_HEARTBEAT_SECONDS = 20;

export function createSocket(options: SocketOptions): Socket {
  const trace = createTrace(options.name ?? 'chat socket');
  const status = signal<SocketStatus>('offline');
  const retryAt = signal<number | null>(null);
  let current: WebSocket | null = null;
  let attempt = 0;
  let generation = 0; // Counts attempts, so that a late token of an abandoned attempt opens nothing.
  let closed = false;
  let lastSign = 0;
  let patienceMs = patience(DEFAULT_HEARTBEAT_SECONDS);
  let retryTimer: Timer, greetingTimer: Timer, watchdog: Timer, pingTimer: Timer;

  async function connect(): Promise<void> {
    if (closed) return;
    clearTimeout(retryTimer);
    retryAt.value = null;
    const mine = ++generation;
    status.value = 'connecting';
    trace(`connecting, attempt ${attempt}`);
    try {
      const token = await options.token();
      if (mine === generation) open(token);
    } catch (error) {
      if (mine === generation) noToken(error);
    }
  }

  function open(token: string): void {
    const socket = new WebSocket(absolute(options.url), ['chat.v1', `token.${token}`]);
    current = socket;
    greetingTimer = setTimeout(() => abandon('not greeted in time'), GREETING_MS);
    socket.onmessage = (event: MessageEvent<string>) => {
      if (socket === current) receive(event.data);
    };
    socket.onclose = (event) => {
      if (socket === current) lost(event.code, event.reason);
    };
  }

  function receive(text: string): void {
    signOfLife();
    const frame = JSON.parse(text) as Frame;
    trace(`← ${frame.type}`, frame);
    if (frame.type === 'connected') greeted(frame.heartbeat_seconds);
    if (frame.type !== 'pong') options.onFrame(frame);
  }

  function greeted(heartbeatSeconds: number | undefined): void {
    clearTimeout(greetingTimer);
    patienceMs = patience(heartbeatSeconds || DEFAULT_HEARTBEAT_SECONDS);
    attempt = 0;
    status.value = 'online';
    clearInterval(pingTimer);
    pingTimer = setInterval(() => send({ type: 'ping' }), PING_MS);
    signOfLife();
  }

  function signOfLife(): void {
    lastSign = Date.now();
    clearTimeout(watchdog);
    watchdog = setTimeout(() => abandon('two heartbeats missed'), patienceMs);
  }

  /** A half-open link never reports its own end, so we do not wait for a close event. */
  function abandon(reason: string): void {
    const socket = current;
    trace(`giving up: ${reason}`);
    lost(0, reason);
    socket?.close(4000);
  }

  function lost(code: number, reason: string): void {
    forget();
    trace(`closed ${code}`, reason || undefined);
    const delay = delayAfterClose(code, attempt++);
    if (delay === null) status.value = 'stopped';
    else retryIn(delay);
  }

  function noToken(error: unknown): void {
    trace('no connection token', error);
    if (error instanceof ApiError && !error.isTemporary) {
      options.onRefused?.(error);
      status.value = 'stopped';
      return;
    }
    const asked = error instanceof ApiError && error.retryAfter ? error.retryAfter * 1000 : 0;
    retryIn(asked + jittered(attempt++));
  }

  function retryIn(delay: number): void {
    if (closed) return;
    status.value = 'offline';
    retryAt.value = Date.now() + delay;
    retryTimer = setTimeout(() => void connect(), delay);
  }

  function forget(): void {
    current = null;
    generation++;
    for (const timer of [greetingTimer, watchdog, retryTimer]) clearTimeout(timer);
    clearInterval(pingTimer);
  }

  function send(command: Command): boolean {
    if (status.peek() !== 'online' || current?.readyState !== WebSocket.OPEN) return false;
    trace(`→ ${command.type}`, command);
    current.send(JSON.stringify(command));
    return true;
  }

  function reconnect(): void {
    if (closed) return;
    const socket = current;
    forget();
    socket?.close(4000);
    attempt = 0;
    void connect();
  }

  /** The page woke up or the network changed: connect at once, or make sure the link we have is alive. */
  function wake(): void {
    if (closed || document.visibilityState === 'hidden') return;
    const state = status.peek();
    if (state === 'offline') reconnect();
    else if (state === 'online') probe();
  }

  function probe(): void {
    if (Date.now() - lastSign > patienceMs) return reconnect();
    const asked = Date.now();
    send({ type: 'ping' });
    setTimeout(() => {
      if (status.peek() === 'online' && lastSign < asked) reconnect();
    }, PROBE_MS);
  }

  addEventListener('online', wake);
  addEventListener('pageshow', wake);
  document.addEventListener('visibilitychange', wake);
  void connect();

  return {
    status,
    retryAt,
    send,
    reconnect,
    close() {
      closed = true;
      const socket = current;
      forget();
      removeEventListener('online', wake);
      removeEventListener('pageshow', wake);
      document.removeEventListener('visibilitychange', wake);
      socket?.close(1000);
      status.value = 'offline';
    },
  };
}

/** `POST auth/ws-connection-token/` with whatever credential the api carries. */
export async function connectionToken(api: Api): Promise<string> {
  const answer = await api.post<{ connection_token: string }>('auth/ws-connection-token/');
  return answer.connection_token;
}

type Timer = ReturnType<typeof setTimeout> | undefined;

/** Two heartbeats, and a quarter of one for the network. */
const patience = (heartbeatSeconds: number): number => heartbeatSeconds * 2250;

function absolute(url: string): string {
  return new URL(url, location.href).href.replace(/^http/, 'ws');
}
