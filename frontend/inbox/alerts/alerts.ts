/** Decides what is worth a toast, a sound, an announcement: only what a visitor did, and only where a person is needed. */
import { plainText } from '../../shared/plain.ts';
import type { DashboardConversationUpdated, Mentioned, NewMessage, StaffConversation } from '../../shared/protocol.d.ts';
import { visitorName } from '../list/reading.ts';
import type { Announcer } from './announcer.ts';
import { createCrowd } from './crowd.ts';
import type { DesktopNotice } from './desktop.ts';
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
  me: number;
  toasts: Toasts;
  sound: Pick<Sound, 'play'>;
  announcer: Announcer;
  /** Outside of the page, if it is this tab's to do. */
  notice: (notice: DesktopNotice) => void;
  /** Until somebody claims it. */
  ring: (conversationId: string) => void;
  selected: () => string | null;
  open: (conversationId: string) => void;
  isHidden: () => boolean;
}

const PREVIEW = 90;

export function createAlerts(options: AlertsOptions): Alerts {
  const { me, toasts, sound, announcer } = options;
  const crowd = createCrowd();

  function message({ message, conversation_id }: NewMessage, before: StaffConversation | null): void {
    if (isOnScreen(conversation_id)) announce(message, before);
    if (message.role !== 'user' || isColleagues(before)) return;
    const isNew = !before || before.message_count === 0;
    const needsPerson = before !== null && before.handled_by !== 'ai';
    if (!isNew && !needsPerson) return;
    const name = before ? visitorName(before) : 'A visitor';
    alert(conversation_id, isNew ? `New conversation${before ? ` · ${name}` : ''}` : name, message.content);
    options.ring(conversation_id);
  }

  const isOnScreen = (id: string): boolean => options.selected() === id && !options.isHidden();

  /** Somebody else looks after it. */
  const isColleagues = (one: StaffConversation | null): boolean => Boolean(one?.assignee && one.assignee.id !== me);

  function announce(message: NewMessage['message'], before: StaffConversation | null): void {
    const name = message.role === 'user' ? visitorName(before) : (message.author?.name ?? 'AI');
    announcer.say(`${name}: ${plainText(message.content)}`);
  }

  function update({ conversation, conversation_id, activity }: DashboardConversationUpdated, before: StaffConversation | null): void {
    const words = plainText(conversation.preview);
    const isGiven = conversation.assignee?.id === me && before?.assignee?.id !== me && activity?.author?.id !== me;
    if (before && isGiven) return alert(conversation_id, `Assigned to you · ${visitorName(before)}`, words);
    // From the AI to a person without a person having done it: the visitor asked, or the AI gave up.
    const wasHandedOff = before?.handled_by === 'ai' && conversation.handled_by === 'human' && !activity?.author && !conversation.assignee;
    if (!wasHandedOff) return;
    alert(conversation_id, `${visitorName(before)} asks for a person`, activity?.content ?? words);
    options.ring(conversation_id);
  }

  function mention(frame: Mentioned): void {
    alert(frame.conversation_id, `${frame.author?.name ?? 'A colleague'} mentions you`, frame.excerpt);
  }

  function alert(id: string, text: string, said: string): void {
    sound.play();
    if (isOnScreen(id)) return;
    if (crowd.isOne(id)) return void crowd.tell(() => toasts.show({ text: 'Many visitors write at once', subject: 'crowd' }));
    const detail = plainText(said).slice(0, PREVIEW);
    const open = (): void => options.open(id);
    toasts.show({ text, detail, action: { label: 'Open', run: open }, subject: `conversation:${id}` });
    options.notice({ title: text, body: detail, tag: id });
  }

  return { message, mention, update };
}
