/** Commands of one conversation: over the socket, and messages over HTTP while there is none. */
import { ApiError, type Api } from '../../shared/http.ts';
import type { DashboardChatMessage, Message, Rejected } from '../../shared/protocol.d.ts';
import type { Command, Frame } from '../../shared/socket.ts';

export interface Sending {
  send(command: Command): boolean;
  stop(): void;
}

export interface SendingOptions {
  api: Pick<Api, 'post'>;
  conversationId: string;
  send: (command: Command) => boolean;
  /** What HTTP answered, in the form of the frame that would have come. */
  take: (frame: Frame) => void;
  /** False once a message was taken back. */
  isWanted: (clientId: string) => boolean;
}

const AGAIN_MS = 4000;

export function createSending({ api, conversationId, send, take, isWanted }: SendingOptions): Sending {
  const posting = new Set<string>();
  const timers = new Set<ReturnType<typeof setTimeout>>();

  function deliver(command: Command): boolean {
    if (send(command)) return true;
    if (command.type === 'chat_message') void post(command as DashboardChatMessage);
    return false;
  }

  async function post(command: DashboardChatMessage): Promise<void> {
    if (posting.has(command.client_id)) return;
    posting.add(command.client_id);
    const { client_id, content, note } = command;
    try {
      const answer = await api.post<{ message: Message; rev: number }>(`conversations/${conversationId}/messages/`, { client_id, content, note: note ?? false });
      posting.delete(client_id);
      // `prev` is not told over HTTP; one below `rev` makes the cursor find its own gap and ask.
      take({ type: 'new_message', conversation_id: conversationId, website_id: 0, rev: answer.rev, prev: answer.rev - 1, message: answer.message });
    } catch (error) {
      posting.delete(client_id);
      if (error instanceof ApiError && !error.isTemporary) take(refusal(command, error));
      else later(command, error instanceof ApiError ? error.retryAfter : null);
    }
  }

  /** While the socket stays away HTTP is tried again; once it is back, the timeline itself sends what waits. */
  function later(command: DashboardChatMessage, seconds: number | null): void {
    const timer = setTimeout(
      () => {
        timers.delete(timer);
        if (isWanted(command.client_id)) deliver(command);
      },
      seconds ? seconds * 1000 : AGAIN_MS,
    );
    timers.add(timer);
  }

  return { send: deliver, stop: () => timers.forEach(clearTimeout) };
}

function refusal(command: DashboardChatMessage, error: ApiError): Frame {
  return { type: 'rejected', client_id: command.client_id, code: error.code as Rejected['code'], detail: error.detail };
}
