/** Where the words of a search stand: asked for what the list shows, a page at a time, and kept while one searches. */
import { effect, signal, untracked, type ReadonlySignal, type Signal } from '@preact/signals';

import type { Api } from '../../shared/http.ts';
import type { Lens } from './lens.ts';
import type { Pages } from './pages.ts';

export interface Hit {
  readonly conversation_id: string;
  readonly seq: number;
  readonly kind: 'message' | 'note';
  readonly excerpt: string;
}

export interface Highlights {
  /** By conversation. One in which only the visitor's name was found has none. */
  readonly hits: ReadonlySignal<ReadonlyMap<string, Hit>>;
  /** The message to be shown in the open conversation: the one that was found. Null once it was. */
  readonly aim: Signal<Aim | null>;
}

export interface Aim {
  readonly id: string;
  readonly seq: number;
}

const AT_ONCE = 50;

export function createHighlights(api: Pick<Api, 'get'>, lens: Lens, pages: Pages, selected: ReadonlySignal<string | null>): Highlights {
  const aim = signal<Aim | null>(null);
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

  effect(() => {
    const hit = hits.value.get(selected.value ?? '');
    aim.value = hit ? { id: hit.conversation_id, seq: hit.seq } : null;
  });

  return { hits, aim };
}

// Chinese and Japanese, which have no spaces: a word may stand anywhere (conversations/queries/search.py).
const UNSPACED = '\\u3040-\\u30ff\\u3400-\\u9fff\\uf900-\\ufaff';
const WORD = new RegExp(`[${UNSPACED}]+|(?:(?![${UNSPACED}])[\\p{L}\\p{N}])+`, 'gu');
const IS_UNSPACED = new RegExp(`^[${UNSPACED}]`, 'u');

const LEAD = 12;

/** So much before the first word that was found that a row, which has little room, still shows it. */
export function inSight(text: string, search: string): string {
  const lead = piecesOf(text, search)[0] ?? '';
  if (lead.length === text.length || lead.length <= LEAD) return text;
  const kept = lead.slice(-LEAD).replace(/^\S*\s+/, '');
  return `… ${kept}${text.slice(lead.length)}`;
}

/** A text in pieces, every second of which begins with one of the words that are looked for. */
export function piecesOf(text: string, search: string): string[] {
  const words = search.match(WORD) ?? [];
  if (!words.length) return [text];
  const places = words.map((word) =>
    IS_UNSPACED.test(word) ? word : `(?<=^|[^\\p{L}\\p{N}]|[${UNSPACED}])${word}(?:(?![${UNSPACED}])[\\p{L}\\p{N}])*`,
  );
  return text.split(new RegExp(`(${places.join('|')})`, 'giu'));
}
