/** Conversations of Acme and Vera's words in them: what the tests of this folder are written with. */
import type { DashboardConversationUpdated, Message, NewMessage, ReadShown, StaffConversation } from '../shared/protocol.d.ts';
import { createConversations, type Conversations } from './list/conversations.ts';

export const BEN = { id: 2, name: 'Ben', avatar_url: null };
export const ADA = { id: 1, name: 'Ada', avatar_url: null };
export const NOON = Date.parse('2026-03-01T12:00:00Z');

export const id = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
export const at = (minutes: number): string => new Date(NOON + minutes * 60_000).toISOString();

/** Conversation `number`, last spoken in at minute `number` after noon. */
export function state(number: number, given: Partial<StaffConversation> = {}): StaffConversation {
  return {
    id: id(number),
    website_id: 1,
    rev: 5,
    status: 'open',
    handled_by: 'human',
    assignee: null,
    visitor: {
      id: id(9000 + number),
      name: `Vera ${number}`,
      email: '',
      identified: false,
      attributes: {},
      page_url: '',
      page_title: '',
      referrer: '',
      user_agent: '',
      first_seen_at: at(0),
      last_seen_at: at(0),
    },
    subject: '',
    preview: 'Hello',
    last_message_at: at(number),
    message_count: 3,
    unread_count: 0,
    waiting_since: null,
    visitor_delivered_rev: 0,
    visitor_read_rev: 0,
    staff_delivered_rev: 0,
    staff_read_rev: 0,
    attributes: {},
    labels: [],
    priority: 'normal',
    rating: null,
    created_at: at(0),
    snoozed_until: null,
    ...given,
  };
}

export function message(number: number, rev: number, given: Partial<Message> = {}): Message {
  return {
    id: id(100_000 + number * 1000 + rev),
    seq: rev,
    rev,
    client_id: null,
    kind: 'message',
    role: 'user',
    is_manual: false,
    content: `word ${rev}`,
    author: null,
    timestamp: at(60 + rev),
    conversation_id: id(number),
    attachments: [],
    sources: [],
    deleted: false,
    ...given,
  };
}

export function newMessage(number: number, rev: number, given: Partial<Message> = {}, prev = rev - 1): NewMessage {
  return { type: 'new_message', conversation_id: id(number), website_id: 1, rev, prev, message: message(number, rev, given) };
}

export function updated(number: number, given: Partial<StaffConversation>, activity: Message | null = null): DashboardConversationUpdated {
  const conversation = state(number, given);
  const { rev } = conversation;
  return { type: 'conversation_updated', conversation_id: id(number), website_id: 1, rev, prev: rev - 1, conversation, activity };
}

export function read(number: number, reader: 'visitor' | 'staff', rev: number): ReadShown {
  return { type: 'read', conversation_id: id(number), reader, delivered_rev: rev, read_rev: rev };
}

export function known(...states: StaffConversation[]): Conversations {
  const conversations = createConversations();
  for (const one of states) conversations.merge(one);
  return conversations;
}

/** Storage that lives as long as the test. */
export class Shelf implements Storage {
  [name: string]: unknown;
  get length(): number {
    return Object.keys(this).length;
  }
  clear = undefined as never;
  key = undefined as never;
  getItem(key: string): string | null {
    return (this[key] as string | undefined) ?? null;
  }
  setItem(key: string, value: string): void {
    this[key] = value;
  }
  removeItem(key: string): void {
    delete this[key];
  }
}
