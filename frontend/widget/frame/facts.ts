/** What the page tells the staff about a conversation: as soon as there is one it is about. */
import type { Api } from '../../shared/http.ts';

export interface Facts {
  add(given: Record<string, unknown>): Promise<void>;
  tell(): Promise<void>;
}

export function createFacts(api: Api, conversationId: () => string): Facts {
  let facts: Record<string, unknown> = {};

  async function tell(): Promise<void> {
    if (!conversationId() || !Object.keys(facts).length) return;
    const told = facts;
    facts = {};
    await api.post(`widget/conversations/${conversationId()}/attributes/`, { attributes: told });
  }

  return {
    add(given) {
      facts = { ...facts, ...given };
      return tell();
    },
    tell,
  };
}
