/** What staff does to a conversation, shown at once and taken back when the server says no. */
import { ApiError, type Api } from '../shared/http.ts';
import type { Author, StaffConversation } from '../shared/protocol.d.ts';
import type { Command } from '../shared/socket.ts';
import type { Toasts } from './alerts/toasts.ts';
import type { Conversations } from './list/conversations.ts';
import { visitorName } from './list/reading.ts';

export interface Actions {
  takeOver(id: string): Promise<void>;
  handBack(id: string): Promise<void>;
  /** Resolve, and go on with what comes next in the list. */
  resolve(id: string): Promise<void>;
  reopen(id: string): Promise<void>;
  assignToMe(id: string): Promise<void>;
  assign(id: string, assignee: Author | null): Promise<void>;
  /** Shows a change at once and asks for it; false when the server said no, which is told. */
  patch(id: string, shown: Partial<StaffConversation>, body: Record<string, unknown>, failure: string): Promise<boolean>;
  markRead(id: string, rev: number): void;
  stopReply(id: string): void;
}

export interface ActionsOptions {
  api: Api;
  send: (command: Command) => boolean;
  conversations: Conversations;
  toasts: Toasts;
  me: Author;
  /** The conversation leaves the list by this person's own hand: what is selected instead? */
  leave: (id: string) => void;
  comeBack: (id: string) => void;
}

type Change = Partial<StaffConversation>;

export function createActions(options: ActionsOptions): Actions {
  const { api, send, conversations, toasts, me } = options;

  /** What is done to a conversation reaches the server in the order in which it was done. */
  const underway = new Map<string, Promise<unknown>>();

  function inOrder(id: string, ask: () => Promise<unknown>): Promise<unknown> {
    const answer = (underway.get(id) ?? Promise.resolve()).then(ask, ask);
    underway.set(id, answer);
    return answer;
  }

  async function change(id: string, shown: Change, failure: string, ask: () => Promise<unknown>): Promise<boolean> {
    const answered = conversations.expect(id, shown);
    try {
      takeAnswer(await inOrder(id, ask));
      return true;
    } catch (error) {
      toasts.error(failure, said(error));
      return false;
    } finally {
      answered();
    }
  }

  /** Answers are a conversation, or carry one; anything else comes by the socket anyway. */
  function takeAnswer(answer: unknown): void {
    const state = (answer as { conversation?: unknown } | null)?.conversation ?? answer;
    if ((state as StaffConversation | null)?.visitor) conversations.merge(state);
  }

  const post = (id: string, what: string) => () => api.post(`conversations/${id}/${what}/`);
  const patch = (id: string, body: Record<string, unknown>) => () => api.patch(`conversations/${id}/`, body);

  async function takeOver(id: string): Promise<void> {
    await change(id, { handled_by: 'human', assignee: conversations.get(id)?.assignee ?? me }, 'Could not take over', post(id, 'take-over'));
  }

  async function handBack(id: string): Promise<void> {
    const name = visitorName(conversations.get(id));
    if (!(await change(id, { handled_by: 'ai', assignee: null }, 'Could not hand back', post(id, 'hand-back')))) return;
    toasts.show({ text: 'Handed back to the AI', detail: name, subject: 'mode' });
  }

  async function resolve(id: string): Promise<void> {
    const name = visitorName(conversations.get(id));
    options.leave(id);
    const undo = { label: 'Undo', run: () => void undoResolve(id) };
    const toast = toasts.show({ text: 'Resolved', detail: name, action: undo, subject: 'resolve' });
    if (await change(id, { status: 'resolved' }, 'Could not resolve', patch(id, { status: 'resolved' }))) return;
    toasts.close(toast);
    options.comeBack(id);
  }

  async function undoResolve(id: string): Promise<void> {
    options.comeBack(id);
    await setOpen(id);
  }

  const setOpen = (id: string): Promise<boolean> => change(id, { status: 'open' }, 'Could not reopen', patch(id, { status: 'open' }));

  async function reopen(id: string): Promise<void> {
    const name = visitorName(conversations.get(id));
    if (!(await setOpen(id))) return;
    toasts.show({ text: 'Reopened', detail: name, action: { label: 'Undo', run: () => void resolve(id) }, subject: 'resolve' });
  }

  async function assign(id: string, assignee: Author | null): Promise<void> {
    const before = conversations.get(id)?.assignee ?? null;
    if (!(await giveTo(id, assignee))) return;
    toasts.show({
      text: assignee ? `Assigned to ${assignee.id === me.id ? 'you' : assignee.name}` : 'Nobody has it now',
      detail: visitorName(conversations.get(id)),
      action: { label: 'Undo', run: () => void giveTo(id, before) },
      subject: 'assign',
    });
  }

  const giveTo = (id: string, assignee: Author | null): Promise<boolean> =>
    change(id, { assignee }, 'Could not assign', patch(id, { assignee: assignee?.id ?? null }));

  function markRead(id: string, rev: number): void {
    conversations.assumeRead(id);
    if (send({ type: 'read', conversation_id: id, rev })) return;
    api.post(`conversations/${id}/read/`, { rev }).catch(() => undefined);
  }

  function stopReply(id: string): void {
    if (send({ type: 'stop_reply', conversation_id: id })) return;
    post(id, 'stop')().catch((error: unknown) => toasts.error('Could not stop the AI', said(error)));
  }

  return {
    takeOver,
    handBack,
    resolve,
    reopen,
    assignToMe: (id) => assign(id, me),
    assign,
    patch: (id, shown, body, failure) => change(id, shown, failure, patch(id, body)),
    markRead,
    stopReply,
  };
}

function said(error: unknown): string {
  if (!(error instanceof ApiError)) return String(error);
  if (error.status === 401) return 'Your log-in has expired. Nothing was changed.';
  if (error.status === 0) return 'The server could not be reached. Nothing was changed.';
  return error.detail || error.code;
}
