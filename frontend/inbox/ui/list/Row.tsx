/** One conversation in the list. It follows its own state, so a message elsewhere does not draw it again. */
import { plainText } from '../../../shared/plain.ts';
import type { StaffConversation } from '../../../shared/protocol.d.ts';
import { inSight, type Hit } from '../../list/highlights.ts';
import { visitorName } from '../../list/reading.ts';
import { isWaiting } from '../../list/views.ts';
import { addressOf } from '../../route.ts';
import { ago, fullTime, now } from '../../time.ts';
import { Avatar } from '../Avatar.tsx';
import { useDesk } from '../context.ts';
import { Icon } from '../Icon.tsx';
import { Marked } from '../Marked.tsx';

/** Made once: a new one for each row and message is what the list would spend most of its time on. */
const number = new Intl.NumberFormat();

export interface RowProps {
  id: string;
  place: number;
  of: number;
  top: number;
  isFocusable: boolean;
}

export function Row({ id, place, of, top, isFocusable }: RowProps) {
  const { conversations, lens, marks, route, select } = useDesk();
  const one = conversations.follow(id).value;
  if (!one) return null;
  const isSelected = route.selected.value === id;
  const name = visitorName(one);
  const open = (event: MouseEvent): void => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return; // A new tab, as with any link.
    event.preventDefault();
    select(id);
  };
  return (
    <li class="row-place" style={{ transform: `translateY(${top}px)` }} aria-posinset={place + 1} aria-setsize={of}>
      <a
        class={`row${one.unread_count > 0 || marks.has(id) ? ' row-unread' : ''}`}
        href={addressOf(id)}
        aria-current={isSelected ? 'true' : undefined}
        tabIndex={isFocusable ? 0 : -1}
        onClick={open}
      >
        <Avatar name={name} seed={one.visitor.id || id} />
        <span class="row-text">
          <span class="row-line">
            <b class="row-name">
              <bdi>
                <Marked text={name} search={lens.search.value} />
              </bdi>
            </b>
            <Urgency one={one} />
            <Tag one={one} />
            <Site one={one} />
            <time dateTime={one.last_message_at} title={fullTime(one.last_message_at)}>
              {ago(one.last_message_at, now.value)}
            </time>
          </span>
          <span class="row-line row-second">
            <Preview one={one} />
            <Messages count={one.message_count} />
            <Unread count={one.unread_count} isMarked={marks.has(id)} />
          </span>
        </span>
      </a>
    </li>
  );
}

/** What happens right now, else what was begun here, else what was said last. */
function Preview({ one }: { one: StaffConversation }) {
  const { typing, compositions, highlights, lens, route } = useDesk();
  const hit = highlights.hits.value.get(one.id);
  if (hit) return <FoundIn hit={hit} search={lens.search.value} />;
  const typists = typing.of(one.id).value;
  if (typists.some((typist) => typist.from === 'visitor')) return <em class="row-preview row-live">typing…</em>;
  if (typists.some((typist) => typist.from === 'assistant')) return <em class="row-preview row-live">AI is writing…</em>;
  const hasDraft = compositions.hasDraft(one.id) && route.selected.value !== one.id;
  return (
    <span class="row-preview">
      {hasDraft && <span class="row-draft">Draft · </span>}
      <bdi>{plainText(one.preview) || (one.message_count > 0 ? 'Message deleted' : 'No messages yet')}</bdi>
    </span>
  );
}

function FoundIn({ hit, search }: { hit: Hit; search: string }) {
  return (
    <span class="row-preview">
      {hit.kind === 'note' && <span class="row-draft">Note · </span>}
      <bdi>
        <Marked text={inSight(plainText(hit.excerpt), search)} search={search} />
      </bdi>
    </span>
  );
}

function Urgency({ one }: { one: StaffConversation }) {
  if (one.priority !== 'urgent' && one.priority !== 'high') return null;
  return <span class="tag tag-urgent">{one.priority === 'urgent' ? 'Urgent' : 'High'}</span>;
}

function Tag({ one }: { one: StaffConversation }) {
  if (one.status === 'resolved') return <span class="tag">Resolved</span>;
  if (one.status === 'snoozed') return <span class="tag">Snoozed</span>;
  if (one.handled_by === 'ai') return <span class="tag tag-ai">AI</span>;
  return isWaiting(one) ? <span class="tag tag-waiting">Waiting</span> : null;
}

function Site({ one }: { one: StaffConversation }) {
  const { boot, lens } = useDesk();
  if (boot.websites.length < 2 || lens.website.value !== null) return null;
  const site = boot.websites.find((website) => website.id === one.website_id);
  return site ? <span class="row-site">{site.name}</span> : null;
}

function Messages({ count }: { count: number }) {
  return (
    <span class="row-count" title={`${count} messages`}>
      <Icon name="chat" />
      <span class="sr-only">Messages: </span>
      {number.format(count)}
    </span>
  );
}

function Unread({ count, isMarked }: { count: number; isMarked: boolean }) {
  if (count <= 0 && isMarked) return <span class="pill pill-marked"><span class="sr-only">marked as unread</span></span>;
  if (count <= 0) return null;
  return (
    <span class="pill">
      {count > 99 ? '99+' : count}
      <span class="sr-only"> unread</span>
    </span>
  );
}
