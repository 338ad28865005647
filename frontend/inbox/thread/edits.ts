/** Wording one's own messages anew and deleting them. The answer comes to everybody as a frame, to oneself as well. */
import { ApiError, type Api } from '../../shared/http.ts';
import type { Message } from '../../shared/protocol.d.ts';
import type { Toasts } from '../alerts/toasts.ts';

export interface Edits {
  edit(conversationId: string, message: Message, content: string): Promise<void>;
  /** For everybody and for good. */
  remove(conversationId: string, message: Message): Promise<void>;
}

export interface EditsOptions {
  api: Pick<Api, 'patch' | 'delete'>;
  toasts: Toasts;
  /** The message as it is now. */
  take: (conversationId: string, message: Message) => void;
}

const path = (conversationId: string, message: Message): string => `conversations/${conversationId}/messages/${message.id}/`;

export function createEdits({ api, toasts, take }: EditsOptions): Edits {
  async function edit(conversationId: string, message: Message, content: string): Promise<void> {
    try {
      take(conversationId, await api.patch<Message>(path(conversationId, message), { content }));
    } catch (error) {
      toasts.error('Could not change the message', said(error));
      return;
    }
    const back = (): void => void edit(conversationId, message, message.content);
    toasts.show({ text: 'Message changed', action: { label: 'Undo', run: back }, subject: `edit:${message.id}` });
  }

  async function remove(conversationId: string, message: Message): Promise<void> {
    try {
      take(conversationId, await api.delete<Message>(path(conversationId, message)));
      toasts.show({ text: 'Message deleted', detail: 'Nobody sees it any more.', subject: `edit:${message.id}` });
    } catch (error) {
      toasts.error('Could not delete the message', said(error));
    }
  }

  return { edit, remove };
}

const said = (error: unknown): string => (error instanceof ApiError ? error.detail || error.code : String(error));
