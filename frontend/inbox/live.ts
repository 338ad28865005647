/** One frame of the socket, and everyone who hears it. Frames we do not know are nobody's. */
import { batch } from '@preact/signals';

import type { Frame } from '../shared/socket.ts';
import type { Alerts } from './alerts/alerts.ts';
import type { Away } from './away.ts';
import type { Toasts } from './alerts/toasts.ts';
import type { Conversations } from './list/conversations.ts';
import type { Pages } from './list/pages.ts';
import type { TypingBoard } from './list/typing_board.ts';
import type { Presence } from './presence.ts';
import type { Visitors } from './visitors.ts';
import type { Threads } from './thread/threads.ts';
import type { Thumbs } from './thread/thumbs.ts';

export interface LiveOptions {
  away: Away;
  conversations: Conversations;
  pages: Pages;
  typing: TypingBoard;
  presence: Presence;
  threads: Threads;
  thumbs: Thumbs;
  visitors: Visitors;
  alerts: Alerts;
  toasts: Toasts;
  /** Greeted: tell the server what we look at, and catch up. */
  onConnected: (userId: number) => void;
  /** It is no more, for anybody. */
  onRemoved: (id: string) => void;
  /** My rights have changed: all websites that I may see now. */
  onRights: (websites: number[]) => unknown;
}

const UNSAID: readonly string[] = ['rate_limited', 'not_found'];

export function createLive(options: LiveOptions): (frame: Frame) => void {
  const { conversations, pages, typing, presence, threads, alerts } = options;
  const removed = new Set<string>();

  function take(frame: Frame): void {
    // What was told before is not to bring it back.
    if ('conversation_id' in frame && removed.has(frame.conversation_id as string)) return;
    typing.take(frame);
    takeIntoList(frame);
    threads.apply(frame);
  }

  function takeIntoList(frame: Frame): void {
    switch (frame.type) {
      case 'connected':
        presence.clear();
        return 'user' in frame ? options.onConnected(frame.user.id) : undefined;
      case 'resync':
        return void pages.reconcile().catch(() => undefined);
      case 'new_message':
        alerts.message(frame, conversations.get(frame.conversation_id));
        return takeMessage(frame);
      case 'message_updated':
        return takeMessage(frame);
      case 'conversation_updated':
        if (!('visitor' in frame.conversation)) return;
        options.thumbs.hear(frame.conversation_id);
        alerts.update(frame as Parameters<Alerts['update']>[0], conversations.get(frame.conversation_id));
        return void conversations.merge(frame.conversation);
      case 'read':
        return conversations.takeRead(frame);
      case 'websites':
        return void options.onRights(frame.websites.map((website) => website.id));
      case 'availability':
        return options.away.hear(frame.is_away, frame.away_from ?? []);
      case 'visitor_updated':
        options.visitors.hear(frame.visitor);
        return conversations.takeVisitor(frame.conversation_id, frame.visitor);
      case 'conversation_removed':
        removed.add(frame.conversation_id);
        return options.onRemoved(frame.conversation_id);
      case 'mentioned':
        pages.renew({ mentioned: 'me', website: null });
        return alerts.mention(frame);
      case 'presence':
        return 'staff' in frame ? presence.take(frame) : undefined;
      case 'rejected':
        return frame.client_id ? undefined : refused(frame.code, frame.detail);
    }
  }

  function takeMessage(frame: Parameters<Conversations['takeMessage']>[0]): void {
    if (conversations.takeMessage(frame) === 'stale') pages.fetchOne(frame.conversation_id);
  }

  /** Typing and markers are hints, and a conversation that is not there says so itself. */
  function refused(code: string, detail: string): void {
    if (!UNSAID.includes(code)) options.toasts.error('The server refused that', detail);
  }

  return (frame) => batch(() => take(frame));
}
