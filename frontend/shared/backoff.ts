/** How long to wait before the next attempt to connect, in milliseconds. */

export const CLOSE = {
  unauthenticated: 4001,
  forbidden: 4003,
  tooSlow: 4008,
  restarting: 4012,
  serviceRestart: 1012,
  tooMany: 4029,
} as const;

const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/** Full jitter: after an outage a thousand clients must not come back in the same instant. */
export function jittered(attempt: number, random: () => number = Math.random): number {
  return 250 + random() * Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 16));
}

/** null: do not come back at all. */
export function delayAfterClose(code: number, attempt: number, random: () => number = Math.random): number | null {
  switch (code) {
    case CLOSE.forbidden:
      return null;
    case CLOSE.restarting:
    case CLOSE.serviceRestart:
      return attempt ? jittered(attempt, random) : 200 + random() * 2800;
    case CLOSE.tooMany:
      return 5000 + random() * 10_000 + jittered(attempt, random);
    case CLOSE.unauthenticated:
    case CLOSE.tooSlow:
      return attempt ? jittered(attempt, random) : 50 + random() * 200;
    default:
      return jittered(attempt, random);
  }
}
