/** How long to wait before the next attempt to connect, in milliseconds. */

const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/** Full jitter: after an outage a thousand clients must not come back in the same instant. */
export function jittered(attempt: number): number {
  return 250 + Math.random() * Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt);
}

/** By the close codes of the protocol. null: do not come back at all. */
export function delayAfterClose(code: number, attempt: number): number | null {
  switch (code) {
    case 4003: // not allowed, or no longer
      return null;
    case 4029: // too many
      return 5000 + Math.random() * 10_000 + jittered(attempt);
    case 4012: // restarting, and its relative below
    case 1012:
      return attempt ? jittered(attempt) : 200 + Math.random() * 2800;
    case 4001: // the token was used or too old; the next attempt has a new one
    case 4008: // we were too slow, and resume
      return attempt ? jittered(attempt) : 50 + Math.random() * 200;
    default:
      return jittered(attempt);
  }
}
