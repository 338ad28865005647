/** One entry: a message, a note, or something that happened. What we do not understand is shown as the text it is. */
import { namesOf } from '../../../shared/attached.ts';
import type { Message, StaffConversation } from '../../../shared/protocol.d.ts';
import type { Entry } from '../../../shared/timeline.ts';
import { visitorName } from '../../list/reading.ts';
import type { Thread } from '../../thread/threads.ts';
import { clock, fullTime } from '../../time.ts';
import { Avatar } from '../Avatar.tsx';
import { useDesk } from '../context.ts';
import { Body } from './Body.tsx';
import { DeliveryMark } from './DeliveryMark.tsx';
import { Files } from './Files.tsx';
import { FailedSend } from './FailedSend.tsx';
import { isOwn, OwnEntry } from './OwnEntry.tsx';
import { Sources } from './Sources.tsx';

export interface EntryProps {
  entry: Entry;
  isFirst: boolean;
  id: string;
  thread: Thread;
  /** Only under the last message of our side: what came before it has got at least as far. */
  showDelivery: boolean;
}

export function EntryRow({ entry, isFirst, id, thread, showDelivery }: EntryProps) {
  const { conversations } = useDesk();
  const { message, state } = entry;
  if (message.kind === 'activity' || (message.role === 'system' && message.kind === 'message')) return <Activity entry={entry} />;
  const speaker = speakerIn(entry, conversations.get(id));
  return (
    <article class={classes(entry, isFirst)} data-seq={message.seq}>
      {isFirst && <Avatar name={speaker.name} seed={speaker.seed} image={message.author?.avatar_url} />}
      <div class="entry-body">
        <p class={isFirst ? 'entry-head' : 'entry-head sr-only'}>
          <b>
            <bdi>{speaker.name}</bdi>
          </b>
          <SpeakerTag entry={entry} />
          <time dateTime={message.timestamp} title={fullTime(message.timestamp)}>
            {clock(message.timestamp)}
          </time>
        </p>
        <Words entry={entry} id={id} />
        <Files attachments={message.attachments} />
        <Sources sources={message.sources} />
        {state === 'failed' && <FailedSend entry={entry} thread={thread} />}
        <p class="entry-foot">
          <Edited entry={entry} />
          {message.role === 'assistant' && !message.is_manual && <Thumb id={id} messageId={message.id} />}
          {(showDelivery || state === 'sending') && state !== 'failed' && <DeliveryMark entry={entry} thread={thread} />}
        </p>
      </div>
      {!isFirst && <time class="entry-time" dateTime={message.timestamp} aria-hidden="true">{clock(message.timestamp)}</time>}
    </article>
  );
}

function Words({ entry, id }: { entry: Entry; id: string }) {
  const { boot } = useDesk();
  const { message } = entry;
  if (message.deleted) return <p class="deleted">This message was deleted.</p>;
  if (isOwn(entry, boot.user.id)) return <OwnEntry id={id} message={message} isNamed={isNamed(message)} />;
  return isNamed(message) ? null : <Body message={message} />;
}

/** Its files say it already. */
const isNamed = ({ attachments, content }: Message): boolean => attachments.length > 0 && content === namesOf(attachments);

function Activity({ entry }: { entry: Entry }) {
  const { message } = entry;
  return (
    <p class={message.kind === 'activity' ? 'activity' : 'activity activity-told'} dir="auto">
      {message.content || 'Something changed'}
      <time dateTime={message.timestamp} title={fullTime(message.timestamp)}>
        {clock(message.timestamp)}
      </time>
    </p>
  );
}

function SpeakerTag({ entry: { message } }: { entry: Entry }) {
  if (message.kind === 'note') return <span class="tag tag-note">Note</span>;
  if (message.role !== 'assistant') return null;
  if (!message.is_manual) return <span class="tag tag-ai">AI</span>;
  return (
    <span class="tag" title="Written by a person of your team">
      Manual
    </span>
  );
}

/** What the visitor thinks of an answer of the AI. */
function Thumb({ id, messageId }: { id: string; messageId: string }) {
  const helpful = useDesk().thumbs.of(id).value[messageId];
  if (helpful === undefined) return null;
  return <span class={helpful ? 'thumb' : 'thumb thumb-down'}>{helpful ? 'Found helpful' : 'Found not helpful'}</span>;
}

function Edited({ entry: { message, state } }: { entry: Entry }) {
  const isEdited = state === 'stored' && !message.deleted && message.rev > message.seq;
  return isEdited ? <span>Edited</span> : null;
}

function speakerIn({ message }: Entry, one: StaffConversation | null): { name: string; seed: string } {
  if (message.role === 'user') return { name: visitorName(one), seed: one?.visitor.id || message.conversation_id };
  const name = message.author?.name || (message.is_manual ? 'Support' : 'Assistant');
  return { name, seed: String(message.author?.id ?? name) };
}

function classes({ message, state }: Entry, isFirst: boolean): string {
  const names = ['entry', `entry-${message.kind}`];
  if (isFirst) names.push('entry-first');
  if (message.role === 'user') names.push('entry-visitor');
  if (state !== 'stored') names.push(`entry-${state}`);
  return names.join(' ');
}
