import { namesOf } from '../../../shared/attached.ts';
import type { Message } from '../../../shared/protocol.d.ts';
import { speakerOf, text } from '../boot.ts';
import type { Chat } from '../chat.ts';
import { clock } from '../clock.ts';
import type { Entry } from '../../../shared/timeline.ts';
import { words } from '../words.ts';
import { Avatar } from './Avatar.tsx';
import { Failure, Files, Sources } from './parts.ts';
import { Rich } from './Rich.tsx';

interface BubbleProps {
  chat: Chat;
  entry: Entry;
  isFirst: boolean;
  isLast: boolean;
}

export function Bubble(props: BubbleProps) {
  return props.entry.message.role === 'user' ? <Mine {...props} /> : <Theirs {...props} />;
}

function Mine({ chat, entry, isFirst, isLast }: BubbleProps) {
  const { message } = entry;
  const delivery = chat.timeline.value.deliveryOf(entry);
  // Nobody takes it any more; it stays to be read, and is sent should the chat come back.
  const isLeft = delivery === 'sending' && chat.phase.value === 'unavailable';
  return (
    <li class={classes('mine', isFirst, isLast, delivery)}>
      <div class="column">
        <div class="bubble">
          <span class="hidden">{text('you')}: </span>
          {message.deleted ? <Deleted /> : isNamed(message) || <div dir="auto">{message.content}</div>}
          <Attached chat={chat} message={message} />
        </div>
        {delivery === 'failed' ? (
          <Failure chat={chat} entry={entry} />
        ) : (
          isLast && (
            <p class="meta">
              <span class={`delivery delivery-${delivery}`}>{text(isLeft ? 'not_sent' : entry.error ? `failed_${entry.error}` : `delivery_${delivery}`)}</span>
              {' · '}
              <Time at={message.timestamp} />
            </p>
          )
        )}
      </div>
    </li>
  );
}

function Theirs({ chat, entry, isFirst, isLast }: BubbleProps) {
  const { message } = entry;
  const isAssistant = !message.is_manual;
  const name = speakerOf(message);
  return (
    <li class={classes('theirs', isFirst, isLast)}>
      {isLast && <Avatar face={{ name, image: message.author?.avatar_url ?? null, isAssistant }} />}
      <div class="column">
        {isFirst && <Speaker name={name} isAssistant={isAssistant} />}
        <div class="bubble">
          <span class="hidden">{isAssistant ? text('said_by_ai', { name }) : name}: </span>
          {message.deleted ? <Deleted /> : isNamed(message) || <Rich content={message.content} />}
          <Attached chat={chat} message={message} />
          {message.sources.length > 0 && <Sources sources={message.sources} />}
        </div>
        {words.value?.thumbs(chat, entry)}
        {isLast && (
          <p class="meta">
            <Time at={message.timestamp} />
          </p>
        )}
      </div>
    </li>
  );
}

/** Whoever is a machine says so; whoever is a person as well. */
export function Speaker({ name, isAssistant }: { name: string; isAssistant: boolean }) {
  return (
    <p class="speaker" aria-hidden="true">
      <span dir="auto">{name}</span>
      <span class={isAssistant ? 'tag tag-ai' : 'tag'}>{text(isAssistant ? 'tag_ai' : 'tag_person')}</span>
    </p>
  );
}

/** Its files say it already. */
const isNamed = ({ attachments, content }: Message): boolean => !!attachments.length && content === namesOf(attachments);

const Attached = ({ chat, message }: { chat: Chat; message: Message }) =>
  message.attachments.length > 0 && <Files chat={chat} attachments={message.attachments} />;

const Deleted = () => <em class="deleted">{text('deleted')}</em>;

const Time = ({ at }: { at: string }) => (
  <time dateTime={at} title={clock.full(at)}>
    {clock.time(at)}
  </time>
);

const classes = (side: string, isFirst: boolean, isLast: boolean, state = ''): string =>
  ['message', side, isFirst && 'first', isLast && 'last', state].filter(Boolean).join(' ');
