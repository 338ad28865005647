/** What the list is asked stands in the address, so that it can be reloaded, shared, and left by the back button. */
import { effect } from '@preact/signals';

import type { Asked, Lens } from './lens.ts';
import { VIEWS, viewOf } from './views.ts';

const OURS = ['view', 'website', 'label', 'agent', 'q'] as const;

/** What an address asks; what makes no sense in it is left out. */
export function askedIn(search: string): Asked {
  const found = new URLSearchParams(search);
  const known = VIEWS.find((view) => view.key === found.get('view'));
  return {
    key: (known ?? viewOf('open')).key,
    website: number(found.get('website')),
    label: found.get('label') || null,
    agent: number(found.get('agent')),
    search: (found.get('q') ?? '').slice(0, 200),
  };
}

/** The query of the address for it: "" for what everybody sees first. Other parameters stay. */
export function addressFor(asked: Asked, search: string): string {
  const wanted = new URLSearchParams(search);
  for (const name of OURS) wanted.delete(name);
  if (asked.key !== 'open') wanted.set('view', asked.key);
  if (asked.website !== null) wanted.set('website', String(asked.website));
  if (asked.label !== null) wanted.set('label', asked.label);
  if (asked.agent !== null) wanted.set('agent', String(asked.agent));
  if (asked.search.trim()) wanted.set('q', asked.search.trim());
  const text = wanted.toString();
  return text ? `?${text}` : '';
}

export function keepInAddress(lens: Lens): void {
  addEventListener('popstate', () => lens.ask(askedIn(location.search)));
  effect(() => {
    const before = askedIn(location.search);
    const asked = lens.asked();
    const next = addressFor(asked, location.search);
    if (next === addressFor(before, location.search)) return;
    // A search that is being typed is one step back, not one for each letter.
    const isTyping = before.search !== '' && asked.search.trim() !== '';
    history[isTyping ? 'replaceState' : 'pushState'](null, '', location.pathname + next);
  });
}

function number(text: string | null): number | null {
  return text && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : null;
}
