/** Where the words of a search stand: asked for what the list shows, a page at a time, and kept while one searches. */
import { effect, signal, untracked, type ReadonlySignal } from '@preact/signals';

import type { Api } from '../../shared/http.ts';
import type { Lens } from './lens.ts';
import type { Pages } from './pages.ts';

export interface Hit {
  readonly conversation_id: string;
  readonly kind: 'message' | 'note';
  readonly excerpt: string;
}

export interface Highlights {
  /** By conversation. One in which only the visitor's name was found has none. */
  readonly hits: ReadonlySignal<ReadonlyMap<string, Hit>>;
}

const AT_ONCE = 50;

export function createHighlights(api: Pick<Api, 'get'>, lens: Lens, pages: Pages): Highlights {
  const hits = signal<ReadonlyMap<string, Hit>>(new Map());
  let words = '';
  let asked = new Set<string>();

  effect(() => {
    const search = lens.search.value.trim();
    const { ids } = search ? pages.of(lens.query.value).value : { ids: [] };
    untracked(() => {
      if (search !== words) begin(search);
      const missing = ids.filter((id) => !asked.has(id));
      for (let place = 0; place < missing.length; place += AT_ONCE) void ask(missing.slice(place, place + AT_ONCE));
    });
  });

  function begin(search: string): void {
    words = search;
    asked = new Set();
    hits.value = new Map();
  }

  /** Without an answer the list says what was said last, as ever. */
  async function ask(ids: readonly string[]): Promise<void> {
    const search = words;
    for (const id of ids) asked.add(id);
    const answer = await api.get<{ results?: Hit[] }>('search/', { q: search, in: ids.join(',') }).catch(() => null);
    if (!answer || search !== words) return;
    hits.value = new Map([...hits.peek(), ...(answer.results ?? []).map((hit): [string, Hit] => [hit.conversation_id, hit])]);
  }

  return { hits };
}

/** A text in pieces, every second of which begins with one of the words that are looked for. */
export function piecesOf(text: string, search: string): string[] {
  const words = search.match(/[\p{L}\p{N}]+/gu) ?? [];
  if (!words.length) return [text];
  const found = new RegExp(`(?<![\\p{L}\\p{N}])((?:${words.join('|')})[\\p{L}\\p{N}]*)`, 'giu');
  return text.split(found);
}
