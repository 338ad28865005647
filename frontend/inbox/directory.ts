/** What the organisation has at hand: colleagues, labels, canned replies. Fetched when first needed, and again when it is old. */
import { signal, type ReadonlySignal } from '@preact/signals';

import type { Api } from '../shared/http.ts';
import type { Hours } from './hours.ts';

export type { Hours };

export interface Member {
  readonly id: number;
  readonly name: string;
  readonly avatar_url: string | null;
  readonly websites: readonly number[];
  /** Those whose conversations they take right now. */
  readonly takes: readonly number[];
  readonly is_away: boolean;
  readonly away_from: readonly number[];
  readonly hours: Hours;
  readonly capacity: number;
  /** Whether they are e-mailed of what nobody claims; known of oneself only. */
  readonly unclaimed_mail: boolean | null;
  /** Of such e-mails; empty for English, null of others. */
  readonly mail_language: string | null;
}

export interface Label {
  readonly id: number;
  readonly name: string;
  readonly color: string;
}

export interface CannedReply {
  readonly id: number;
  /** Null: on every website. */
  readonly website: number | null;
  readonly shortcut: string;
  readonly content: string;
}

export interface Directory {
  readonly members: Listing<Member>;
  readonly labels: Listing<Label>;
  readonly canned: Listing<CannedReply>;
}

export interface Listing<T extends { readonly id: number }> {
  readonly all: ReadonlySignal<readonly T[]>;
  /** Fetches it unless it was fetched a moment ago. */
  want(): void;
  put(one: T): void;
  drop(id: number): void;
}

const FRESH_MS = 60_000;

export function createDirectory(api: Pick<Api, 'get'>): Directory {
  return { members: createListing(api, 'members/'), labels: createListing(api, 'labels/'), canned: createListing(api, 'canned-replies/') };
}

export function createListing<T extends { readonly id: number }>(api: Pick<Api, 'get'>, path: string): Listing<T> {
  const all = signal<readonly T[]>([]);
  let fetchedAt = -Infinity;

  function want(): void {
    if (performance.now() - fetchedAt < FRESH_MS) return;
    fetchedAt = performance.now();
    void fetchAll();
  }

  async function fetchAll(): Promise<void> {
    try {
      const found: T[] = [];
      let next: string | null = path;
      while (next) {
        const page: { results?: T[]; next?: string | null } = await api.get(next);
        found.push(...(page.results ?? []));
        next = page.next ? path + new URL(page.next, 'http://here/').search : null;
      }
      all.value = found;
    } catch {
      fetchedAt = -Infinity; // Whoever wants it next tries again.
    }
  }

  return {
    all,
    want,
    put: (one) => void (all.value = [...all.peek().filter((known) => known.id !== one.id), one]),
    drop: (id) => void (all.value = all.peek().filter((known) => known.id !== id)),
  };
}
