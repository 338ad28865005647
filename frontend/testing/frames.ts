/** Frames as Vera's server would send them: what the tests of this folder are written with. */
import type { Message, NewMessage, VisitorConversation, VisitorResumed } from '../shared/protocol.d.ts';

export const CONVERSATION = '00000000-0000-4000-8000-000000000001';
export const BEN = { id: 'ben', name: 'Ben', avatar_url: null };

export const id = (number: number): string => `10000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

export function message(seq: number, given: Partial<Message> = {}): Message {
  return {
    id: id(seq),
    seq,
    rev: seq,
    client_id: null,
    kind: 'message',
    role: 'user',
    is_manual: false,
    content: `message ${seq}`,
    author: null,
    timestamp: '2026-03-01T12:00:00Z',
    conversation_id: CONVERSATION,
    attachments: [],
    sources: [],
    deleted: false,
    ...given,
  };
}

export function newMessage(rev: number, given: Partial<Message> = {}, prev: number = rev - 1): NewMessage {
  return { type: 'new_message', conversation_id: CONVERSATION, website_id: 1, rev, prev, message: message(rev, given) };
}

export function state(rev: number, given: Partial<VisitorConversation> = {}): VisitorConversation {
  return {
    id: CONVERSATION,
    rev,
    status: 'open',
    handled_by: 'ai',
    agent: null,
    staff_delivered_rev: 0,
    staff_read_rev: 0,
    visitor_read_rev: 0,
    unread_count: 0,
    rating: null,
    asks_email: false,
    ...given,
  };
}

export function resumed(rev: number, entries: Message[], given: Partial<VisitorResumed> = {}): VisitorResumed {
  return { type: 'resumed', conversation_id: CONVERSATION, rev, conversation: state(rev), entries, complete: true, ...given };
}
