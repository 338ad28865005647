/** Visitors whom a search finds by name, e-mail or id, beside the conversations in which it finds words. */
import { effect, signal, type ReadonlySignal } from '@preact/signals';

import type { Api } from '../../shared/http.ts';
import type { VisitorDetails } from '../visitors.ts';
import type { Lens } from './lens.ts';

export interface FoundVisitors {
  readonly all: ReadonlySignal<readonly VisitorDetails[]>;
  /** Their latest conversation; null without one. */
  latest(visitor: VisitorDetails): Promise<string | null>;
}

const MOST = 5;

export function createFoundVisitors(api: Pick<Api, 'get'>, lens: Lens): FoundVisitors {
  const all = signal<readonly VisitorDetails[]>([]);

  effect(() => {
    const words = lens.search.value.trim();
    const website = lens.website.value;
    all.value = [];
    if (!words) return;
    let isWanted = true;
    void ask(words, website).then((found) => {
      if (isWanted) all.value = found;
    });
    return () => void (isWanted = false);
  });

  /** Without an answer there are the conversations. */
  async function ask(words: string, website: number | null): Promise<readonly VisitorDetails[]> {
    const page = await api.get<{ results?: VisitorDetails[] }>('visitors/', { q: words, website, limit: MOST }).catch(() => null);
    return page?.results ?? [];
  }

  async function latest(visitor: VisitorDetails): Promise<string | null> {
    const page = await api.get<{ results?: { id: string }[] }>('conversations/', { visitor: visitor.id, limit: 1 }).catch(() => null);
    return page?.results?.[0]?.id ?? null;
  }

  return { all, latest };
}
