/** `window.ChatPlatform`: each method returns a promise, calls made before loading are caught up, `push` goes on working. */
import type { Act, MethodName } from './core.ts';

const METHODS =
  'open close toggle show hide identify setCustomAttributes setConversationCustomAttributes setLocale setColorScheme prefill sendMessage requestHuman consent reset destroy';
const PREFIX = 'chatplatform:';

const page = window as { ChatPlatform?: unknown };

/** Aborted by `destroy()`: every listener on the page goes with it. */
export const leaving = new AbortController();
export const { signal } = leaving;

export function publish(perform: Act): void {
  const api: Record<string, (...args: never[]) => unknown> = { on, push };
  for (const name of METHODS.split(' ')) api[name] = (...args) => perform(name as MethodName, args);

  /** What is no call of ours is passed over: nothing here may throw into the customer's page. */
  function push(...queued: unknown[]): void {
    for (const call of queued) if (Array.isArray(call)) api[call[0] as string]?.(...(call.slice(1) as never[]));
  }

  const queued = page.ChatPlatform ?? [];
  page.ChatPlatform = api;
  push(...(queued as unknown[]));
}

/** Before us there is nothing or a queue; a second script tag finds the object of the first. */
export const isPublished = (): boolean => !Array.isArray(page.ChatPlatform ?? []);

export function withdraw(): void {
  delete page.ChatPlatform;
}

/** Hears one of our events; the answer takes the listener away again. */
function on(name: string, listener: (detail: unknown) => void): () => void {
  const hear = (event: Event): void => listener((event as CustomEvent).detail);
  if (typeof listener === 'function') addEventListener(PREFIX + name, hear, { signal });
  else announce('error', `on: the second argument of on(${name}, …) is no function`);
  return () => removeEventListener(PREFIX + name, hear);
}

export function announce(name: string, detail?: unknown): void {
  dispatchEvent(new CustomEvent(PREFIX + name, { detail }));
}
