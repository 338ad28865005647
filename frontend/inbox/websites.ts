/** The websites that I may see: more of them without loading the page anew, fewer by doing so. */
import { signal } from '@preact/signals';

import { ApiError } from '../shared/http.ts';
import type { Boot, Website } from './boot.ts';

export interface Websites {
  /** What the page was made with; its `websites` are those of now, and components follow them. */
  readonly boot: Boot;
  /** All that I may see from now on. */
  hear(ids: readonly number[]): Promise<void>;
}

interface Options {
  /** What there is of each, as the page would carry it now. */
  readonly fetchAll: () => Promise<readonly Website[]>;
  /** There are more: their conversations and people are to be fetched. */
  readonly onMore: () => void;
  /** These are gone; `left` others remain. */
  readonly onLost: (lost: readonly Website[], left: number) => void;
  readonly reload: () => void;
}

export function createWebsites(given: Boot, { fetchAll, onMore, onLost, reload }: Options): Websites {
  const websites = signal(given.websites);
  const boot: Boot = Object.defineProperty({ ...given }, 'websites', { get: () => websites.value, enumerable: true });

  async function hear(ids: readonly number[]): Promise<void> {
    const before = websites.peek();
    const lost = before.filter((website) => !ids.includes(website.id));
    if (lost.length) return onLost(lost, ids.length);
    try {
      websites.value = await fetchAll();
    } catch {
      return ids.length > before.length ? reload() : undefined;
    }
    if (ids.length > before.length) onMore();
  }

  return { boot, hear };
}

export async function fetchWebsites(url: string): Promise<readonly Website[]> {
  const answer = await fetch(url, { headers: { Accept: 'application/json' }, redirect: 'error' });
  if (!answer.ok) throw new ApiError(answer.status, 'unexpected', 'The websites cannot be had.');
  const found = (await answer.json()) as { websites: Website[] };
  return found.websites;
}
