/** More at once than a person can read: that is told in one sentence, now and then, and not two hundred times a second. */

export interface Crowd {
  /** Whether this conversation is one of many that speak, or spoke a moment ago. */
  isOne(id: string): boolean;
  tell(say: () => void): void;
}

const WINDOW_MS = 3000;
const MOST = 4;
const AGAIN_MS = 250;

export function createCrowd(now: () => number = Date.now): Crowd {
  const heard = new Map<string, number>();
  let told = -Infinity;

  function isOne(id: string): boolean {
    const moment = now();
    for (const [one, at] of heard) if (moment - at > WINDOW_MS) heard.delete(one);
    const last = heard.get(id);
    if (last === undefined && heard.size >= MOST) return true;
    if (last !== undefined && moment - last < AGAIN_MS) return true;
    heard.set(id, moment);
    return false;
  }

  function tell(say: () => void): void {
    if (heard.size < MOST || now() - told < WINDOW_MS) return;
    told = now();
    say();
  }

  return { isOne, tell };
}
