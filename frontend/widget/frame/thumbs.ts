/**
 * What comes under the assistant's answers, sources and thumbs: fetched after the first of them, for nobody needs it sooner.
 * What they draw and speak with is given to them, so that this stays a chunk of its own.
 */
import type { Signal } from '@preact/signals';
import type { ComponentChild, createElement } from 'preact';

import type { Entry } from '../../shared/timeline.ts';
import type { Chat } from './chat.ts';
import style from './css/thumbs.css';
import { wear } from './lazy.ts';
import { addShapes } from './ui/icons.tsx';

export { Sources } from './ui/Sources.tsx';

addShapes({
  page: 'M6 3h8l5 5v13H6zm7 1.5V9h4.5zM8.5 12.5h7V14h-7zm0 3.5h7v1.5h-7z',
});

export interface ThumbTools {
  h: typeof createElement;
  signal: <T>(value: T) => Signal<T>;
  text: (key: string) => string;
}

export type Thumbs = (chat: Chat, entry: Entry) => ComponentChild;

type Given = Record<string, boolean | null>;

const UP = 'M7 11v9H4v-9zm0 0 4-8c1.7 0 2.6 1.2 2.2 2.8L12.5 9H18c1.4 0 2.3 1.2 2 2.5l-1.6 7c-.2.9-1 1.5-2 1.5H7';

export function create({ h, signal, text }: ThumbTools): Thumbs {
  wear(style);
  const given = signal<Given>({});
  const asked = new Set<string>();

  /** Those of an earlier visit; what is pressed meanwhile is newer. */
  function recall(chat: Chat, conversationId: string): void {
    if (asked.has(conversationId)) return;
    asked.add(conversationId);
    chat.api.get<{ thumbs: Given }>(`widget/conversations/${conversationId}/thumbs/`).then(
      ({ thumbs }) => (given.value = { ...thumbs, ...given.peek() }),
      () => asked.delete(conversationId),
    );
  }

  function give(chat: Chat, { id, conversation_id }: Entry['message'], helpful: boolean): void {
    const before = given.peek()[id] ?? null;
    const wanted = before === helpful ? null : helpful;
    given.value = { ...given.peek(), [id]: wanted };
    chat.api.post(`widget/conversations/${conversation_id}/messages/${id}/thumb/`, { helpful: wanted }).catch(() => {
      if (given.peek()[id] === wanted) given.value = { ...given.peek(), [id]: before };
    });
  }

  return (chat, entry) => {
    const { message, state } = entry;
    if (message.role !== 'assistant' || message.is_manual || message.deleted || state !== 'stored') return null;
    recall(chat, message.conversation_id);
    const thumb = (helpful: boolean): ComponentChild =>
      h(
        'button',
        {
          type: 'button',
          title: text(helpful ? 'helpful' : 'not_helpful'),
          'aria-label': text(helpful ? 'helpful' : 'not_helpful'),
          'aria-pressed': given.value[message.id] === helpful,
          onClick: () => give(chat, message, helpful),
        },
        h('svg', { viewBox: '0 0 24 24', 'aria-hidden': true }, h('path', { d: UP, ...(helpful ? {} : { transform: 'rotate(180 12 12)' }) })),
      );
    return h('div', { class: 'thumbs', role: 'group', 'aria-label': text('rate') }, thumb(true), thumb(false));
  };
}
