/**
 * Parts of the window that are fetched when they are first wanted: the first open carries only what shows the list and sends a line.
 *
 * To make one: a module of its own that exports components or functions and imports what it likes of the window; its style is a
 * `.css` it imports as text and gives to `wear`; here and there stands `const Form = lazy(() => import('./form.tsx').then(({ Form }) => Form))`,
 * which is used like the component itself; build.mjs lists the module in LAZY, with a name and a budget.
 */
import { signal } from '@preact/signals';
import { createElement, type FunctionComponent } from 'preact';

import { jittered } from '../../shared/backoff.ts';
import { pause } from './persistence.ts';

export interface LazyComponent<P> extends FunctionComponent<P> {
  /** Fetches it ahead of its first use: for what must be there when the network is not. */
  fetch(): void;
  isHere(): boolean;
}

/** Shows nothing until the part is here; what could not be fetched is tried again until it can. */
export function lazy<P extends object>(fetchPart: () => Promise<FunctionComponent<P>>): LazyComponent<P> {
  const part = signal<FunctionComponent<P> | null>(null);
  const get = once(fetchPart);
  const fetch = (): void => void get().then((fetched) => (part.value = fetched));
  const Lazy = (props: P) => {
    if (!part.value) fetch();
    return part.value && createElement(part.value, props);
  };
  return Object.assign(Lazy, { fetch, isHere: () => !!part.value });
}

/** The same fetch for everybody who asks; while there is no network it is tried again. */
export function once<T>(fetchPart: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined;
  return () => (asked ??= untilFetched(fetchPart));
}

/** How many parts could not be fetched twice in a row: worth a word, where the first time may be over in a moment. */
export const missing = signal(0);

/** Behind the address of every part (build.mjs): browsers remember for an address that it failed, and never ask for it again. */
declare global {
  var again: string;
}
globalThis.again = '';
export const askElsewhere = (): void => void (globalThis.again = `?${Date.now()}`);

async function untilFetched<T>(fetchPart: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; ) {
    try {
      const part = await fetchPart();
      if (tries > 1) missing.value--;
      return part;
    } catch {
      if (++tries === 2) missing.value++;
      askElsewhere();
      await pause(jittered(tries));
    }
  }
}

/** Puts the style of a part into the document. */
export function wear(style: string): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  document.adoptedStyleSheets.push(sheet);
}
