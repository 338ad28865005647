/** What the list is asked to show: a view, a website, a search. */
import { computed, signal, type ReadonlySignal, type Signal } from '@preact/signals';

import type { Query } from '../../shared/http.ts';
import { viewOf, type View, type ViewKey } from './views.ts';

export interface Lens {
  readonly key: Signal<ViewKey>;
  readonly website: Signal<number | null>;
  readonly search: Signal<string>;
  readonly view: ReadonlySignal<View>;
  readonly query: ReadonlySignal<Query>;
  /** The same text for the same question. */
  readonly name: ReadonlySignal<string>;
}

export function createLens(): Lens {
  const key = signal<ViewKey>('open');
  const website = signal<number | null>(null);
  const search = signal('');
  const view = computed(() => viewOf(key.value));
  // A search looks everywhere: who searches for an old order does not know that its conversation was resolved.
  const query = computed<Query>(() => {
    const asked = search.value.trim();
    return { ...(asked ? { q: asked } : view.value.query), website: website.value };
  });
  const name = computed(() => JSON.stringify(query.value));
  return { key, website, search, view, query, name };
}
