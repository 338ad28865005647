// @vitest-environment happy-dom
/** Whatever fails and however long: everything said is stored once, and everybody's list ends as the server's. */
import { signal } from '@preact/signals';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { CONVERSATION, message, state } from '../testing/frames.ts';
import { createFallback, type Fallback } from './fallback.ts';
import { ApiError, type Query } from './http.ts';
import type { Message } from './protocol.d.ts';
import type { Command, Frame, SocketStatus } from './socket.ts';
import { createStore } from './storage.ts';
import { createTimeline, type Timeline } from './timeline.ts';
import { createUnsent } from './unsent.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Stores each client_id once, and tells whoever listens. */
class Server {
  readonly stored: Message[] = [];
  readonly listeners = new Set<(frame: Frame) => void>();

  store(client_id: string | null, content: string, role: Message['role'] = 'user'): Message {
    const known = this.stored.find((one) => client_id && one.client_id === client_id);
    if (known) return known;
    const made = message(this.stored.length + 1, { client_id, content, role });
    this.stored.push(made);
    for (const tell of this.listeners) tell(this.told(made));
    return made;
  }

  told = (one: Message): Frame => ({ type: 'new_message', conversation_id: CONVERSATION, website_id: 1, rev: one.rev, prev: one.rev - 1, message: one });

  page(after: number): object {
    const missing = this.stored.filter(({ rev }) => rev > after);
    const { length } = this.stored;
    return { entries: missing.slice(0, 3), rev: length, conversation: state(length), complete: missing.length <= 3 };
  }
}

/** A tab: a timeline with a socket that comes and goes, and HTTP that works or does not. */
class Tab {
  readonly status = signal<SocketStatus>('connecting');
  readonly timeline: Timeline;
  readonly fallback: Fallback;
  isHttpUp = true;
  isClosed = false;

  constructor(readonly server: Server, readonly mayLose: () => boolean, readonly delay: () => number) {
    const unsent = createUnsent(createStore(), 'unsent:');
    const send = (command: Command): boolean => this.command(command) || this.fallback.send(command);
    this.timeline = createTimeline({ conversationId: CONVERSATION, me: 'visitor', send, unsent });
    this.fallback = createFallback({
      api: { get: (_, query) => this.ask('GET', query), post: (_, body) => this.ask('POST', body) },
      socket: { status: this.status, reconnect: () => undefined },
      path: 'widget/conversations/',
      timelines: () => [this.timeline],
      take: (frame) => this.timeline.apply(frame),
      backoff: () => 1000,
    });
    server.listeners.add(this.hear);
    for (const { content, ...kept } of unsent.all()) this.timeline.post(content, { ...kept, clientId: kept.client_id });
  }

  /** A frame on its way; a socket that was cut meanwhile does not deliver it. */
  hear = (frame: Frame): void => {
    const isOnline = this.status.peek() === 'online';
    if (!isOnline || this.mayLose()) return;
    setTimeout(() => this.status.peek() === 'online' && this.timeline.apply(frame), this.delay());
  };

  command(command: Command): boolean {
    if (this.status.peek() !== 'online') return false;
    const isLost = command.type !== 'resume' && this.mayLose(); // A resume is lost with its connection, and not alone.
    if (command.type === 'resume') this.answer({ ...this.server.page(command.after), type: 'resumed', conversation_id: CONVERSATION } as Frame);
    if (command.type === 'chat_message' && !isLost) this.answer(this.server.told(this.server.store(command.client_id, command.content)));
    return true;
  }

  answer(frame: Frame): void {
    setTimeout(() => this.status.peek() === 'online' && this.timeline.apply(frame), this.delay());
  }

  async ask<T>(method: string, given: unknown): Promise<T> {
    await new Promise((resolve) => setTimeout(resolve, this.delay()));
    if (!this.isHttpUp || this.isClosed) throw new ApiError(0, 'offline', '');
    const answer = method === 'GET' ? this.server.page(Number((given as Query)['after'])) : this.post(given as { client_id: string; content: string });
    if (this.mayLose()) throw new ApiError(0, 'timeout', ''); // It was done, and nobody heard of it.
    return answer as T;
  }

  post({ client_id, content }: { client_id: string; content: string }): object {
    const one = this.server.store(client_id, content);
    return { message: one, rev: one.rev };
  }

  online(): void {
    if (this.status.peek() === 'online') return;
    this.status.value = 'online';
    this.timeline.apply({ type: 'connected', connection_id: 'c', protocol: 1, heartbeat_seconds: 20, conversation: state(this.server.stored.length), rev: 0 });
  }

  beat(): void {
    if (this.status.peek() !== 'online') return;
    this.timeline.apply({ type: 'heartbeat', rev: this.server.stored.length, visitor_read_rev: 0, staff_delivered_rev: 0, staff_read_rev: 0 });
  }

  close(): void {
    this.isClosed = true;
    this.server.listeners.delete(this.hear);
    this.timeline.stop();
    this.fallback.stop();
  }
}

const happenings = ['say', 'reply', 'cut', 'connect', 'http down', 'http up', 'reload', 'beat', 'nothing'] as const;

test.each(['socket', 'http'] as const)(
  'sent, answered, cut, reloaded: at the end everything is there once, in order (over %s)',
  async (way) => {
    const anyStory = fc.asyncProperty(fc.array(fc.constantFrom(...happenings), { minLength: 5, maxLength: 40 }), fc.gen(), async (story, given) => {
      vi.clearAllTimers();
      localStorage.clear();
      let isCalm = false;
      const server = new Server();
      const open = (): Tab =>
        new Tab(
          server,
          () => !isCalm && given(fc.nat, 4) === 0,
          () => given(fc.nat, 400),
        );
      let tab = open();
      const said: string[] = [];
      for (const [place, what] of story.entries()) {
        if (what === 'say') said.push(tab.timeline.post(`mine ${place}`).content);
        if (what === 'reply') server.store(null, `theirs ${place}`, 'assistant');
        if (what === 'cut') tab.status.value = 'offline';
        if (what === 'connect') tab.online();
        if (what === 'http down') tab.isHttpUp = false;
        if (what === 'http up') tab.isHttpUp = true;
        if (what === 'beat') tab.beat();
        if (what === 'reload') {
          tab.close();
          tab = open();
        }
        await vi.advanceTimersByTimeAsync(given(fc.nat, 3000));
      }
      isCalm = tab.isHttpUp = true;
      if (way === 'socket') tab.online();
      else tab.status.value = 'offline';
      await vi.advanceTimersByTimeAsync(15_000);
      for (const entry of tab.timeline.entries.peek()) if (entry.state === 'failed') tab.timeline.retry(entry.key);
      await vi.advanceTimersByTimeAsync(15_000);
      tab.beat();
      await vi.advanceTimersByTimeAsync(30_000);

      expect(server.stored.filter(({ role }) => role === 'user').map(({ content }) => content).sort()).toEqual(said.sort());
      expect(tab.timeline.entries.value.map((entry) => [entry.state, entry.message])).toEqual(server.stored.map((one) => ['stored', one]));
      expect(Object.keys(localStorage)).toEqual([]);
      tab.close();
    });
    await fc.assert(anyStory, { numRuns: 200 });
  },
  60_000,
);
