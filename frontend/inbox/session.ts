/** REST in this person's name, and whether they are still logged in. */
import { signal, type ReadonlySignal } from '@preact/signals';

import { ApiError, cookie, createApi, postPatiently, type Api } from '../shared/http.ts';
import type { Boot } from './boot.ts';
import { hearTime } from './time.ts';

export interface Session {
  readonly api: Api;
  /** Asks for what takes its time; the signal takes it back. */
  ask<T>(path: string, body: unknown, signal: AbortSignal): Promise<T>;
  /** The log-in has expired: nothing works until somebody logs in again. */
  readonly ended: ReadonlySignal<boolean>;
  refused(error: ApiError): void;
}

export function createSession(boot: Boot): Session {
  const ended = signal(false);
  const options = { csrf: () => cookie(boot.csrf_cookie) ?? boot.csrf, onDate: hearTime };
  const api = createApi(options);

  let refusals = 0;

  function refused(error: ApiError): void {
    if (error.status !== 401) return;
    refusals += 1;
    ended.value = true;
  }

  async function watched<T>(answer: Promise<T>): Promise<T> {
    const before = refusals;
    try {
      const result = await answer;
      // What was asked while the log-in still held, and is answered late, says nothing of now.
      if (refusals === before) ended.value = false;
      return result;
    } catch (error) {
      if (error instanceof ApiError) refused(error);
      throw error;
    }
  }

  return {
    api: {
      get: (path, query) => watched(api.get(path, query)),
      post: (path, body) => watched(api.post(path, body)),
      patch: (path, body) => watched(api.patch(path, body)),
      delete: (path) => watched(api.delete(path)),
      headers: api.headers,
    },
    ask: (path, body, signal) => watched(postPatiently(options, path, body, signal)),
    ended,
    refused,
  };
}
