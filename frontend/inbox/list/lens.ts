/** What the list is asked to show: a view, a website, a label, a colleague, a search. */
import { batch, computed, signal, type ReadonlySignal, type Signal } from '@preact/signals';

import type { Query } from '../../shared/http.ts';
import type { StaffConversation } from '../../shared/protocol.d.ts';
import { viewOf, type View, type ViewKey } from './views.ts';

export interface Asked {
  readonly key: ViewKey;
  readonly website: number | null;
  readonly label: string | null;
  /** Whose conversations: the id of a colleague. */
  readonly agent: number | null;
  readonly search: string;
}

export interface Lens {
  readonly key: Signal<ViewKey>;
  readonly website: Signal<number | null>;
  readonly label: Signal<string | null>;
  readonly agent: Signal<number | null>;
  readonly search: Signal<string>;
  readonly view: ReadonlySignal<View>;
  readonly query: ReadonlySignal<Query>;
  /** The same text for the same question. */
  readonly name: ReadonlySignal<string>;
  asked(): Asked;
  ask(asked: Asked): void;
  /** Whether the filters let a conversation through, whatever the view. */
  readonly lets: ReadonlySignal<(one: StaffConversation) => boolean>;
}

export const NOTHING_ASKED: Asked = { key: 'open', website: null, label: null, agent: null, search: '' };

export function createLens(given: Asked = NOTHING_ASKED): Lens {
  const key = signal<ViewKey>(given.key);
  const website = signal(given.website);
  const label = signal(given.label);
  const agent = signal(given.agent);
  const search = signal(given.search);
  const view = computed(() => viewOf(key.value));
  // A search looks everywhere: who searches for an old order does not know that its conversation was resolved.
  const query = computed<Query>(() => {
    const words = search.value.trim();
    return {
      ...(words ? { q: words } : view.value.query),
      website: website.value,
      ...(label.value === null ? {} : { label: label.value }),
      ...(agent.value === null ? {} : { assignee: agent.value }),
    };
  });
  const name = computed(() => JSON.stringify(query.value));

  /** Looked up once for all: thousands are asked about at a time. */
  const lets = computed(() => {
    const [site, name, colleague] = [website.value, label.value, agent.value];
    return (one: StaffConversation): boolean =>
      (site === null || one.website_id === site) &&
      (name === null || one.labels.includes(name)) &&
      (colleague === null || one.assignee?.id === colleague);
  });

  return {
    key,
    website,
    label,
    agent,
    search,
    view,
    query,
    name,
    lets,
    asked: () => ({ key: key.value, website: website.value, label: label.value, agent: agent.value, search: search.value }),
    ask: (asked) =>
      batch(() => {
        key.value = asked.key;
        website.value = asked.website;
        label.value = asked.label;
        agent.value = asked.agent;
        search.value = asked.search;
      }),
  };
}
