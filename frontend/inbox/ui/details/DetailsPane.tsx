/** Who the visitor is and where they are: beside the thread, or over it where there is no room. */
import { signal } from '@preact/signals';

import type { StaffConversation } from '../../../shared/protocol.d.ts';
import { isHarmless } from '../../../shared/links.ts';
import { visitorName } from '../../list/reading.ts';
import { fullTime, lately, now } from '../../time.ts';
import { browserOf } from '../../user_agent.ts';
import { Avatar } from '../Avatar.tsx';
import { useDesk } from '../context.ts';
import { Icon } from '../Icon.tsx';
import { PastChats, VisitorTools } from './VisitorTools.tsx';
import { Assignment, Labels, PriorityChoice } from './Tending.tsx';

const isOpen = signal(false);

export const toggleDetails = (): void => void (isOpen.value = !isOpen.value);
export const openDetails = (): void => void (isOpen.value = true);
export const closeDetails = (): boolean => {
  const wasOpen = isOpen.peek();
  isOpen.value = false;
  return wasOpen;
};

export function DetailsPane() {
  const { route, conversations } = useDesk();
  const id = route.selected.value;
  const one = id ? conversations.follow(id).value : null;
  if (!one) return <aside class="details" aria-label="Details" data-empty="" />;
  return (
    <aside class="details" aria-label="Details" data-open={isOpen.value ? '' : undefined} tabIndex={0}>
      <button type="button" class="button-icon details-close" aria-label="Close details" onClick={closeDetails}>
        <Icon name="close" />
      </button>
      <div class="details-card">
        <Avatar name={visitorName(one)} seed={one.visitor.id || one.id} size="large" />
        <h2 dir="auto">{visitorName(one)}</h2>
        {one.visitor.email && <a href={`mailto:${one.visitor.email}`}>{one.visitor.email}</a>}
      </div>
      <VisitorTools one={one} />
      <VisitorFacts one={one} />
      <ConversationFacts one={one} />
      <PastChats one={one} />
      <Ids one={one} />
    </aside>
  );
}

const STATUSES: Record<string, string> = { open: 'Open', snoozed: 'Snoozed', resolved: 'Resolved' };

function VisitorFacts({ one: { visitor } }: { one: StaffConversation }) {
  const { visitors } = useDesk();
  const details = visitors.details.value;
  const seen = details?.id === visitor.id ? details : visitor;
  return (
    <>
      <h3>Visitor</h3>
      <dl>
        <Fact name="Page">
          <Page url={seen.page_url} title={seen.page_title} />
        </Fact>
        <Fact name="Came from">{shortened(visitor.referrer)}</Fact>
        <Fact name="Browser">{browserOf(visitor.user_agent)}</Fact>
        <Fact name="First seen">
          <Time moment={visitor.first_seen_at} />
        </Fact>
        <Fact name="Last seen">
          <Time moment={seen.last_seen_at} />
        </Fact>
        <Fact name="Signed in">{visitor.identified && 'Yes, the website has proved it'}</Fact>
        <Attributes of={visitor.attributes} />
      </dl>
    </>
  );
}

function ConversationFacts({ one }: { one: StaffConversation }) {
  const { boot } = useDesk();
  const site = boot.websites.find((website) => website.id === one.website_id);
  return (
    <>
      <h3>Conversation</h3>
      <dl>
        <Fact name="Website">{site?.name ?? `Website ${one.website_id}`}</Fact>
        <Fact name="Status">{STATUSES[one.status] ?? one.status}</Fact>
        <Fact name="Answered by">{one.handled_by === 'ai' ? 'AI' : 'People'}</Fact>
        <Fact name="Assigned to">
          <Assignment one={one} />
        </Fact>
        <Fact name="Priority">
          <PriorityChoice one={one} />
        </Fact>
        <Fact name="Messages">{String(one.message_count)}</Fact>
        <Fact name="Rating">{one.rating && `${one.rating.score} of 5${one.rating.comment ? ` – ${one.rating.comment}` : ''}`}</Fact>
        <Fact name="Started">
          <Time moment={one.created_at} />
        </Fact>
        <Fact name="Snoozed until">{one.status === 'snoozed' && one.snoozed_until && <Time moment={one.snoozed_until} />}</Fact>
        <Attributes of={one.attributes} />
      </dl>
      <Labels one={one} />
    </>
  );
}

function Ids({ one }: { one: StaffConversation }) {
  return (
    <>
      <h3>Ids</h3>
      <dl>
        <Fact name="Conversation">
          <code>{one.id}</code>
        </Fact>
        <Fact name="Visitor">{one.visitor.id && <code>{one.visitor.id}</code>}</Fact>
      </dl>
    </>
  );
}

/** What the website's page says; its own words. */
function Attributes({ of }: { of: Record<string, unknown> }) {
  const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
  return (
    <>
      {Object.entries(of).map(([name, value]) => (
        <Fact key={name} name={name}>
          {shown(value)}
        </Fact>
      ))}
    </>
  );
}

/** What is not known is not a line. */
function Fact({ name, children }: { name: string; children?: preact.ComponentChildren }) {
  if (!children) return null;
  return (
    <div class="fact">
      <dt>{name}</dt>
      <dd dir="auto">{children}</dd>
    </div>
  );
}

function Time({ moment }: { moment: string }) {
  const text = lately(moment, now.value);
  return text ? (
    <time dateTime={moment} title={fullTime(moment)}>
      {text}
    </time>
  ) : (
    <>Unknown</>
  );
}

const shortened = (url: string): string => url.replace(/^https?:\/\//, '').replace(/\/$/, '');

function Page({ url, title }: { url: string; title: string }) {
  if (!url) return <>Unknown</>;
  const text = title || shortened(url);
  return isHarmless(url) ? (
    <a href={url} target="_blank" rel="noopener noreferrer" title={url}>
      {text}
    </a>
  ) : (
    <>{text}</>
  );
}
