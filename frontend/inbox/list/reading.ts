/** A conversation as it came over the wire, made safe to show: what is missing or odd is filled in, never dropped. */
import type { Author, StaffConversation, VisitorCard } from '../../shared/protocol.d.ts';

type Raw = Partial<Record<keyof StaffConversation, unknown>>;

export function readConversation(raw: unknown): StaffConversation | null {
  const state = (raw ?? {}) as Raw;
  if (typeof state.id !== 'string' || !state.id) return null; // Without an id there is nothing to open.
  return {
    ...(state as unknown as StaffConversation),
    id: state.id.toLowerCase(),
    rev: count(state.rev),
    preview: text(state.preview),
    subject: text(state.subject),
    last_message_at: text(state.last_message_at) || text(state.created_at),
    message_count: count(state.message_count),
    unread_count: count(state.unread_count),
    visitor_delivered_rev: count(state.visitor_delivered_rev),
    visitor_read_rev: count(state.visitor_read_rev),
    staff_delivered_rev: count(state.staff_delivered_rev),
    staff_read_rev: count(state.staff_read_rev),
    attributes: facts(state.attributes),
    labels: Array.isArray(state.labels) ? state.labels.filter((label) => typeof label === 'string') : [],
    assignee: (state.assignee as Author | null | undefined) ?? null,
    visitor: readVisitor(state.visitor),
  };
}

function readVisitor(raw: unknown): VisitorCard {
  const visitor = { ...NOBODY, ...(raw as VisitorCard | null | undefined) };
  return { ...visitor, attributes: facts(visitor.attributes) };
}

/** What to call a visitor of whom we may know nothing. */
export function visitorName(conversation: StaffConversation | null | undefined): string {
  const visitor = conversation?.visitor;
  return visitor?.name?.trim() || visitor?.email?.trim() || `Visitor ${(visitor?.id || conversation?.id || '').slice(0, 4)}`.trim();
}

const NOBODY: VisitorCard = {
  id: '',
  name: '',
  email: '',
  identified: false,
  attributes: {},
  page_url: '',
  page_title: '',
  referrer: '',
  user_agent: '',
  first_seen_at: '',
  last_seen_at: '',
};

const facts = (value: unknown): Record<string, unknown> => (value && typeof value === 'object' ? { ...value } : {});
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const count = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0);
