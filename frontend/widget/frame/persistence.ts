/** Trying until it works, for what needs no new decision of anybody: no network, a busy or restarting server. */
import { jittered } from '../../shared/backoff.ts';
import { ApiError } from '../../shared/http.ts';

/** Errors that will not go away by themselves are thrown. `onTrouble` hears each failed attempt. */
export async function persistently<T>(attempt: () => Promise<T>, onTrouble?: (error: ApiError) => void): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof ApiError) || !error.isTemporary) throw error;
      onTrouble?.(error);
      await pause((error.retryAfter ?? 0) * 1000 + jittered(tries));
    }
  }
}

/** Whatever waits tries at once: as when the network has come back. */
export const tryNow = (): void => void dispatchEvent(new Event('online'));

/** Ends early when the network comes back, or somebody asks to try now. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      removeEventListener('online', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    addEventListener('online', done);
  });
}
