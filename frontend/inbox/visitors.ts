/** The visitor of the open conversation, as the server knows them now: the page they are on, whether they are blocked, past chats. */
import { effect, signal, untracked, type ReadonlySignal } from '@preact/signals';

import { ApiError, type Api } from '../shared/http.ts';
import type { StaffConversation, VisitorCard } from '../shared/protocol.d.ts';
import type { Toasts } from './alerts/toasts.ts';
import type { Conversations } from './list/conversations.ts';
import { readConversation } from './list/reading.ts';

export interface VisitorDetails {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly external_id: string | null;
  readonly page_url: string;
  readonly page_title: string;
  readonly is_blocked: boolean;
  readonly last_seen_at: string;
}

export interface Visitors {
  /** Of the open conversation; null until the server has answered. */
  readonly details: ReadonlySignal<VisitorDetails | null>;
  readonly chats: ReadonlySignal<readonly StaffConversation[]>;
  /** They have opened another page. */
  hear(visitor: VisitorCard): void;
  block(id: string, isBlocked: boolean): Promise<void>;
  find(text: string, website: number): Promise<readonly VisitorDetails[]>;
  /** The other one becomes this one. */
  merge(id: string, other: VisitorDetails): Promise<boolean>;
}

export interface VisitorsOptions {
  api: Pick<Api, 'get' | 'post' | 'patch'>;
  conversations: Conversations;
  toasts: Toasts;
  selected: ReadonlySignal<string | null>;
  isVisible: ReadonlySignal<boolean>;
}

/** The page they are on is told live; what was lost of that is asked for now and then. */
const AGAIN_MS = 120_000;
const MOST_CHATS = 20;

export function createVisitors({ api, conversations, toasts, selected, isVisible }: VisitorsOptions): Visitors {
  const details = signal<VisitorDetails | null>(null);
  const chats = signal<readonly StaffConversation[]>([]);

  effect(() => {
    const id = selected.value;
    const visitor = id ? conversations.follow(id).value?.visitor.id : '';
    if (!visitor) return;
    if (visitor !== untracked(() => details.peek()?.id)) forget();
    if (!isVisible.value) return;
    void look(visitor);
    const timer = setInterval(() => void look(visitor), AGAIN_MS);
    return () => clearInterval(timer);
  });

  function forget(): void {
    details.value = null;
    chats.value = [];
  }

  /** Without an answer the panel shows what the conversation says of its visitor. */
  async function look(id: string): Promise<void> {
    const isFirst = details.peek()?.id !== id;
    const [one, page] = await Promise.all([
      api.get<VisitorDetails>(`visitors/${id}/`).catch(() => null),
      isFirst ? api.get<{ results?: unknown[] }>('conversations/', { visitor: id, limit: MOST_CHATS }).catch(() => null) : null,
    ]);
    const now = selected.peek();
    if (!one || !now || conversations.get(now)?.visitor.id !== id) return;
    details.value = one;
    if (page) chats.value = (page.results ?? []).flatMap((raw) => readConversation(raw) ?? []);
  }

  function hear({ id, page_url, page_title, last_seen_at }: VisitorCard): void {
    const known = details.peek();
    if (known?.id === id) details.value = { ...known, page_url, page_title, last_seen_at };
  }

  async function block(id: string, isBlocked: boolean): Promise<void> {
    const failure = isBlocked ? 'Could not block' : 'Could not unblock';
    const answer = await asked(failure, () => api.patch<VisitorDetails>(`visitors/${id}/`, { is_blocked: isBlocked }));
    if (!answer) return;
    if (details.peek()?.id === id) details.value = answer;
    const undo = { label: 'Undo', run: () => void block(id, !isBlocked) };
    toasts.show({ text: isBlocked ? 'Visitor blocked' : 'Visitor unblocked', action: undo, subject: 'block' });
  }

  async function find(text: string, website: number): Promise<readonly VisitorDetails[]> {
    const page = await asked('Could not search', () => api.get<{ results?: VisitorDetails[] }>('visitors/', { q: text, website, limit: 10 }));
    return page?.results ?? [];
  }

  async function merge(id: string, other: VisitorDetails): Promise<boolean> {
    const answer = await asked('Could not join them', () => api.post<VisitorDetails>(`visitors/${id}/merge/`, { visitor: other.id }));
    if (!answer) return false;
    forget();
    void look(id);
    toasts.show({ text: 'Two visitors are one now', detail: answer.name, subject: 'merge' });
    return true;
  }

  async function asked<T>(failure: string, ask: () => Promise<T>): Promise<T | null> {
    try {
      return await ask();
    } catch (error) {
      toasts.error(failure, error instanceof ApiError ? error.detail || error.code : String(error));
      return null;
    }
  }

  return { details, chats, hear, block, find, merge };
}
