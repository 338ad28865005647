/** The ways to look at the list: which conversations each shows, and how to ask the server for them. */
import type { Query } from '../../shared/http.ts';
import type { StaffConversation } from '../../shared/protocol.d.ts';

export type ViewKey = 'open' | 'waiting' | 'ai' | 'mine' | 'unassigned' | 'snoozed' | 'resolved' | 'mentions' | 'all';

export interface View {
  readonly key: ViewKey;
  readonly label: string;
  /** For the server. It may answer with more than `includes` lets through. */
  readonly query: Query;
  readonly includes: (conversation: StaffConversation, me: number) => boolean;
  readonly empty: string;
  /** Only the server knows which these are: shown is what it answered. */
  readonly isServers?: boolean;
}

/** A status we do not know counts as open, so that nothing disappears because the server learned a new word. */
const isOpen = (one: StaffConversation): boolean => one.status !== 'resolved' && one.status !== 'snoozed';
const isHuman = (one: StaffConversation): boolean => one.handled_by !== 'ai';

/** A visitor who opened the chat and said nothing: nobody has to do anything. */
const isSilent = (one: StaffConversation): boolean => !isHuman(one) && one.message_count === 0;

/** The visitor waits for a person's answer: that somebody has read the question is none. An older server does not say so. */
export function isWaiting(one: StaffConversation): boolean {
  const hasNoAnswer = one.waiting_since === undefined ? one.unread_count > 0 : one.waiting_since !== null;
  return isOpen(one) && isHuman(one) && hasNoAnswer;
}

export const VIEWS: readonly View[] = [
  {
    key: 'open',
    label: 'Open',
    query: { status: 'open' },
    includes: (one) => isOpen(one) && !isSilent(one),
    empty: 'No open conversations.',
  },
  {
    key: 'waiting',
    label: 'Waiting',
    query: { status: 'open', handled_by: 'human', waiting: true },
    includes: isWaiting,
    empty: 'Nobody is waiting for a person.',
  },
  {
    key: 'ai',
    label: 'AI',
    query: { status: 'open', handled_by: 'ai' },
    includes: (one) => isOpen(one) && !isHuman(one) && !isSilent(one),
    empty: 'The AI handles no conversation right now.',
  },
  {
    key: 'mine',
    label: 'Mine',
    query: { status: 'open', assignee: 'me' },
    includes: (one, me) => isOpen(one) && one.assignee?.id === me,
    empty: 'Nothing is assigned to you.',
  },
  {
    key: 'unassigned',
    label: 'Unassigned',
    query: { status: 'open', handled_by: 'human', assignee: 'none' },
    includes: (one) => isOpen(one) && isHuman(one) && !one.assignee,
    empty: 'Everything that needs a person has one.',
  },
  {
    key: 'snoozed',
    label: 'Snoozed',
    query: { status: 'snoozed' },
    includes: (one) => one.status === 'snoozed',
    empty: 'Nothing is snoozed.',
  },
  {
    key: 'resolved',
    label: 'Resolved',
    query: { status: 'resolved' },
    includes: (one) => one.status === 'resolved',
    empty: 'Nothing has been resolved yet.',
  },
  {
    key: 'mentions',
    label: 'Mentions',
    query: { mentioned: 'me' },
    includes: () => false,
    empty: 'No note calls you.',
    isServers: true,
  },
  { key: 'all', label: 'All', query: {}, includes: () => true, empty: 'No conversations yet.' },
];

export const viewOf = (key: ViewKey): View => VIEWS.find((view) => view.key === key) ?? VIEWS[0]!;
