/** The highest `rev` applied without a gap, and the wait for frames that overtook each other (protocol.md "Numbers"). */

export interface Cursor {
  readonly value: number;
  /** There is a gap, or the server knows more. */
  readonly isBehind: boolean;
  /** A live frame of a durable change. The frame itself is applied by the caller in any case. */
  see(rev: number, prev: number): void;
  /** Everything up to `rev` is known: the page of a resume, or a first load. */
  reach(rev: number): void;
  /** The server says its `rev` is this one (heartbeat, HTTP answer). */
  hear(rev: number): void;
  stop(): void;
}

const GAP_MS = 200;
const LONGEST_MS = 60_000;

export function createCursor(onGap: (after: number) => void, start = 0): Cursor {
  let value = start;
  let ahead: { rev: number; prev: number }[] = [];
  let heard = 0;
  let wait = GAP_MS;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function see(rev: number, prev: number): void {
    if (rev > value) ahead.push({ rev, prev });
    settle();
  }

  function reach(rev: number): void {
    value = Math.max(value, rev);
    settle();
  }

  function hear(rev: number): void {
    heard = Math.max(heard, rev);
    settle();
  }

  /** Takes in, in any order, what now joins on; what is left over is a gap that has 200 ms to close. */
  function settle(): void {
    ahead.sort((a, b) => a.rev - b.rev);
    for (const { rev, prev } of ahead) if (prev <= value) value = Math.max(value, rev);
    ahead = ahead.filter(({ rev }) => rev > value);
    if (!isBehind()) stop();
    else timer ??= setTimeout(report, wait);
  }

  const isBehind = (): boolean => ahead.length > 0 || heard > value;

  /** The question or its answer can be lost as well, so it is asked again, ever more patiently. */
  function report(): void {
    wait = Math.min(LONGEST_MS, wait * 5);
    timer = setTimeout(report, wait);
    onGap(value);
  }

  function stop(): void {
    clearTimeout(timer);
    timer = undefined;
    wait = GAP_MS;
  }

  return {
    get value() {
      return value;
    },
    get isBehind() {
      return isBehind();
    },
    see,
    reach,
    hear,
    stop,
  };
}
