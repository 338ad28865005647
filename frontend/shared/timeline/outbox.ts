/** Sends that wait for their acknowledgement. A send keeps its client_id for ever, so sending it twice stores it once. */

export interface Outgoing {
  readonly client_id: string;
  readonly content: string;
  readonly note: boolean;
}

export interface OutboxOptions {
  /** Hand it to the wire; false while there is none. */
  deliver: (outgoing: Outgoing) => boolean;
  onFailed: (clientId: string, code: string) => void;
  /** Refused for the moment; it goes out again by itself. */
  onDelayed: (clientId: string, code: string) => void;
}

export interface Outbox {
  add(outgoing: Outgoing): void;
  /** The wire is back: send what waits, in the order it was written. */
  flush(): void;
  acknowledged(clientId: string): void;
  refused(clientId: string, code: string, retryAfterSeconds: number | null): void;
  retry(clientId: string): boolean;
  forget(clientId: string): void;
  stop(): void;
}

const ANSWER_MS = 10_000;
const TRIES = 3;

export function createOutbox(options: OutboxOptions): Outbox {
  const waiting = new Map<string, Waiting>();

  function add(outgoing: Outgoing): void {
    const item: Waiting = { outgoing, tries: 0, failed: false, timer: undefined };
    waiting.set(outgoing.client_id, item);
    attempt(item);
  }

  function attempt(item: Waiting): void {
    clearTimeout(item.timer);
    if (!options.deliver(item.outgoing)) return; // Offline is no failure: flush() comes with the next connection.
    item.tries++;
    item.timer = setTimeout(() => unanswered(item), ANSWER_MS);
  }

  function unanswered(item: Waiting): void {
    if (item.tries < TRIES) attempt(item);
    else fail(item, 'no_answer');
  }

  function fail(item: Waiting, code: string): void {
    clearTimeout(item.timer);
    item.failed = true;
    options.onFailed(item.outgoing.client_id, code);
  }

  function flush(): void {
    for (const item of waiting.values()) {
      if (item.failed) continue;
      item.tries = 0;
      attempt(item);
    }
  }

  function refused(clientId: string, code: string, retryAfterSeconds: number | null): void {
    const item = waiting.get(clientId);
    if (!item) return;
    const mayPass = code === 'rate_limited' || (code === 'unavailable' && item.tries < TRIES);
    if (!mayPass) return fail(item, code);
    options.onDelayed(clientId, code);
    clearTimeout(item.timer);
    item.timer = setTimeout(() => attempt(item), (retryAfterSeconds ?? 2) * 1000);
  }

  function retry(clientId: string): boolean {
    const item = waiting.get(clientId);
    if (!item) return false;
    item.failed = false;
    item.tries = 0;
    attempt(item);
    return true;
  }

  function forget(clientId: string): void {
    clearTimeout(waiting.get(clientId)?.timer);
    waiting.delete(clientId);
  }

  function stop(): void {
    for (const item of waiting.values()) clearTimeout(item.timer);
  }

  return { add, flush, acknowledged: forget, refused, retry, forget, stop };
}

interface Waiting {
  outgoing: Outgoing;
  tries: number;
  failed: boolean;
  timer: ReturnType<typeof setTimeout> | undefined;
}
