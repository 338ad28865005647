/** Decides what is worth a toast, a sound, an announcement: only what a visitor did, and only where a person is needed. */
import { plainText } from '../../shared/plain.ts';
import type { DashboardConversationUpdated, Mentioned, NewMessage, StaffConversation } from '../../shared/protocol.d.ts';
import { visitorName } from '../list/reading.ts';
import type { Announcer } from './announcer.ts';
import type { Sound } from './sound.ts';
import type { Toasts } from './toasts.ts';

export interface Alerts {
  /** `before`: the conversation as it was known until now, null for one that is new to this client. */
  message(frame: NewMessage, before: StaffConversation | null): void;
  /** A colleague calls. */
  mention(frame: Mentioned): void;
  update(frame: DashboardConversationUpdated, before: StaffConversation | null): void;
}

export interface AlertsOptions {
  toasts: Toasts;
  sound: Sound;
  announcer: Announcer;
  selected: () => string | null;
  open: (conversationId: string) => void;
  isHidden: () => boolean;
}

const PREVIEW = 90;

export function createAlerts(options: AlertsOptions): Alerts {
  const { toasts, sound, announcer } = options;

  function message({ message, conversation_id }: NewMessage, before: StaffConversation | null): void {
    if (isOnScreen(conversation_id)) announce(message, before);
    if (message.role !== 'user') return;
    const isNew = !before || before.message_count === 0;
    const needsPerson = before !== null && before.handled_by !== 'ai';
    if (!isNew && !needsPerson) return;
    sound.play();
    if (isOnScreen(conversation_id)) return;
    const name = before ? visitorName(before) : 'A visitor';
    notify(conversation_id, isNew ? `New conversation${before ? ` · ${name}` : ''}` : name, message.content);
  }

  const isOnScreen = (id: string): boolean => options.selected() === id && !options.isHidden();

  function announce(message: NewMessage['message'], before: StaffConversation | null): void {
    const name = message.role === 'user' ? visitorName(before) : (message.author?.name ?? 'AI');
    announcer.say(`${name}: ${plainText(message.content)}`);
  }

  /** From the AI to a person without a person having done it: the visitor asked, or the AI gave up. */
  function update({ conversation, conversation_id, activity }: DashboardConversationUpdated, before: StaffConversation | null): void {
    const wasHandedOff = before?.handled_by === 'ai' && conversation.handled_by === 'human' && !activity?.author && !conversation.assignee;
    if (!wasHandedOff) return;
    sound.play();
    if (isOnScreen(conversation_id)) return;
    notify(conversation_id, `${visitorName(before)} asks for a person`, activity?.content ?? conversation.preview);
  }

  function mention(frame: Mentioned): void {
    sound.play();
    if (isOnScreen(frame.conversation_id)) return;
    notify(frame.conversation_id, `${frame.author?.name ?? 'A colleague'} mentions you`, frame.excerpt);
  }

  function notify(conversationId: string, text: string, detail: string): void {
    const action = { label: 'Open', run: () => options.open(conversationId) };
    toasts.show({ text, detail: plainText(detail).slice(0, PREVIEW), action, subject: `conversation:${conversationId}` });
  }

  return { message, mention, update };
}
