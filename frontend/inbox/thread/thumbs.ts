/** What visitors think of the assistant's answers: fetched with a conversation, and again when the server says that it changed. */
import { signal, type ReadonlySignal, type Signal } from '@preact/signals';

import type { Api } from '../../shared/http.ts';

export type Given = Readonly<Record<string, boolean>>;

export interface Thumbs {
  /** By message: whether it was found helpful. The first look at a conversation fetches them. */
  of(conversationId: string): ReadonlySignal<Given>;
  /** The conversation has changed, perhaps in this. */
  hear(conversationId: string): void;
}

export function createThumbs(api: Api): Thumbs {
  const known = new Map<string, Signal<Given>>();

  function of(conversationId: string): Signal<Given> {
    let one = known.get(conversationId);
    if (!one) {
      known.set(conversationId, (one = signal<Given>({})));
      void fetchInto(one, conversationId);
    }
    return one;
  }

  async function fetchInto(one: Signal<Given>, conversationId: string): Promise<void> {
    try {
      one.value = (await api.get<{ thumbs: Given }>(`conversations/${conversationId}/thumbs/`)).thumbs;
    } catch {
      known.delete(conversationId); // The next look asks again.
    }
  }

  function hear(conversationId: string): void {
    const one = known.get(conversationId);
    if (one) void fetchInto(one, conversationId);
  }

  return { of, hear };
}
