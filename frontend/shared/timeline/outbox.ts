/** Sends that wait for their acknowledgement. A send keeps its client_id for ever, so sending it twice stores it once. */

import type { Attachment } from '../protocol.d.ts';

export interface Outgoing {
  readonly client_id: string;
  readonly content: string;
  readonly note: boolean;
  readonly attachments?: readonly Attachment[];
  /** When it was written, in milliseconds. */
  readonly at: number;
  /** Why it does not go out by itself any more: a code of the server's `rejected`, or `no_answer`. */
  readonly error: string | null;
}

/** What goes over the wire of it. */
export function bodyOf({ client_id, content, note, attachments }: Outgoing) {
  return { client_id, content, ...(note ? { note } : {}), ...(attachments ? { attachments: attachments.map(({ id }) => id) } : {}) };
}

export interface OutboxOptions {
  /** Hand it to the wire; false while there is none. */
  deliver: (outgoing: Outgoing) => boolean;
  onFailed: (clientId: string, code: string) => void;
  /** Refused for the moment; it goes out again by itself. */
  onDelayed: (clientId: string, code: string) => void;
  /** Remembers over a reload what waits and what has failed. */
  keep?: (outgoing: Outgoing) => void;
  settle?: (clientId: string) => void;
}

export interface Outbox {
  add(outgoing: Outgoing): void;
  /** The wire is back: send what waits, in the order it was written. */
  flush(): void;
  /** What was not acknowledged and has not failed, in the order it was written. */
  waiting(): Outgoing[];
  acknowledged(clientId: string): void;
  refused(clientId: string, code: string, retryAfterSeconds: number | null): void;
  retry(clientId: string): boolean;
  forget(clientId: string): void;
  stop(): void;
}

const ANSWER_MS = 10_000;
const TRIES = 3;

export function createOutbox(options: OutboxOptions): Outbox {
  const items = new Map<string, Item>();

  function add(outgoing: Outgoing): void {
    const item: Item = { outgoing, tries: 0 };
    items.set(outgoing.client_id, item);
    if (outgoing.error) return fail(item, outgoing.error);
    options.keep?.(outgoing);
    attempt(item);
  }

  function attempt(item: Item): void {
    clearTimeout(item.timer);
    // What is refused for the moment holds up what was written after it: things are said in the order they were written.
    if (waiting().find((other) => other.isDelayed || other === item) !== item) return;
    if (!options.deliver(item.outgoing)) return; // Offline is no failure: flush() comes with the next connection.
    item.tries++;
    item.timer = setTimeout(() => unanswered(item), ANSWER_MS);
  }

  function beginAnew(item: Item): void {
    item.tries = 0;
    item.isDelayed = false;
    attempt(item);
  }

  /** What an item has held up goes out now. */
  function release(item: Item): void {
    if (item.isDelayed) for (const next of waiting()) if (!next.tries) attempt(next);
  }

  function unanswered(item: Item): void {
    if (item.tries < TRIES) attempt(item);
    else fail(item, 'no_answer');
  }

  function fail(item: Item, code: string): void {
    clearTimeout(item.timer);
    mark(item, code);
    options.onFailed(item.outgoing.client_id, code);
    release(item);
  }

  function mark(item: Item, error: string | null): void {
    item.outgoing = { ...item.outgoing, error };
    options.keep?.(item.outgoing);
  }

  const waiting = (): Item[] => [...items.values()].filter(({ outgoing }) => !outgoing.error);

  function flush(): void {
    for (const item of waiting()) beginAnew(item);
  }

  function refused(clientId: string, code: string, retryAfterSeconds: number | null): void {
    const item = items.get(clientId);
    if (!item) return;
    const mayPass = code === 'rate_limited' || (code === 'unavailable' && item.tries < TRIES);
    if (!mayPass) return fail(item, code);
    item.isDelayed = true;
    options.onDelayed(clientId, code);
    clearTimeout(item.timer);
    item.timer = setTimeout(() => attempt(item), (retryAfterSeconds ?? 2) * 1000);
  }

  function retry(clientId: string): boolean {
    const item = items.get(clientId);
    if (!item) return false;
    mark(item, null);
    beginAnew(item);
    return true;
  }

  function forget(clientId: string): void {
    const item = items.get(clientId);
    if (!item) return;
    clearTimeout(item.timer);
    items.delete(clientId);
    options.settle?.(clientId);
    release(item);
  }

  function stop(): void {
    for (const item of items.values()) clearTimeout(item.timer);
  }

  return {
    add,
    flush,
    waiting: () => waiting().map(({ outgoing }) => outgoing),
    acknowledged: forget,
    refused,
    retry,
    forget,
    stop,
  };
}

interface Item {
  outgoing: Outgoing;
  tries: number;
  /** Refused for the moment. */
  isDelayed?: boolean;
  timer?: ReturnType<typeof setTimeout>;
}
