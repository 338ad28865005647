/** Whose conversation it is, who answers, and what can be done with it. */
import { useEffect, useRef } from 'preact/hooks';

import type { StaffConversation } from '../../../shared/protocol.d.ts';
import { isNarrow } from '../../selection.ts';
import { visitorName } from '../../list/reading.ts';
import { isWaiting } from '../../list/views.ts';
import { Avatar } from '../Avatar.tsx';
import { ConnectionStatus } from '../ConnectionStatus.tsx';
import { useDesk } from '../context.ts';
import { toggleDetails } from '../details/DetailsPane.tsx';
import { Icon } from '../Icon.tsx';
import { Keys } from '../Keys.tsx';
import { Snooze } from './Snooze.tsx';

export function ThreadHeader({ id }: { id: string }) {
  const { conversations, select } = useDesk();
  const back = useRef<HTMLButtonElement>(null);
  // Where the list makes way for the conversation, the focus goes along.
  useEffect(() => {
    if (isNarrow()) back.current?.focus({ preventScroll: true });
  }, []);
  const one = conversations.follow(id).value;
  return (
    <header class="thread-head">
      <button type="button" class="button-icon back" ref={back} aria-label="Back to the list" onClick={() => select(null)}>
        <Icon name="back" />
      </button>
      {one && <Avatar name={visitorName(one)} seed={one.visitor.id || id} />}
      <div class="thread-title">
        <h2>
          <bdi>{one ? visitorName(one) : 'Conversation'}</bdi>
        </h2>
        {one && <Subtitle one={one} />}
      </div>
      <span class="thread-connection">
        <ConnectionStatus />
      </span>
      {one && <Buttons one={one} />}
      <button type="button" class="button-icon details-button" aria-label="Details" title="Details" onClick={toggleDetails}>
        <Icon name="info" />
      </button>
    </header>
  );
}

function Subtitle({ one }: { one: StaffConversation }) {
  const { boot } = useDesk();
  const site = boot.websites.find((website) => website.id === one.website_id);
  return (
    <p class="thread-sub">
      <span class={one.handled_by === 'ai' ? 'mode mode-ai' : 'mode'}>{mode(one, boot.user.id)}</span>
      {site && <span> · {site.name}</span>}
    </p>
  );
}

function mode(one: StaffConversation, me: number): string {
  if (one.status === 'resolved') return 'Resolved';
  if (one.status === 'snoozed') return 'Snoozed';
  if (one.handled_by === 'ai') return 'The AI answers';
  const isMine = one.assignee?.id === me;
  if (isWaiting(one)) return `Waits for ${isMine ? 'you' : (one.assignee?.name ?? 'a person')}`;
  if (!one.assignee) return 'The team answers';
  return isMine ? 'You answer' : `${one.assignee.name} answers`;
}

function Buttons({ one }: { one: StaffConversation }) {
  const { actions, boot } = useDesk();
  const isMine = one.assignee?.id === boot.user.id;
  const isResolved = one.status === 'resolved';
  return (
    <div class="thread-actions">
      {!isResolved && <ModeButton one={one} />}
      {!isMine && !isResolved && (
        <button type="button" class="button button-ghost" title="Assign to me" onClick={() => void actions.assignToMe(one.id)}>
          <Icon name="person" /> <span class="wide">Assign to me</span> <Keys of="assign" />
        </button>
      )}
      {!isResolved && <Snooze one={one} />}
      {isResolved ? (
        <button type="button" class="button" title="Reopen" onClick={() => void actions.reopen(one.id)}>
          <Icon name="reopen" /> <span class="wide">Reopen</span> <Keys of="resolve" />
        </button>
      ) : (
        <button type="button" class="button" title="Resolve" onClick={() => void actions.resolve(one.id)}>
          <Icon name="check" /> <span class="wide">Resolve</span> <Keys of="resolve" />
        </button>
      )}
    </div>
  );
}

function ModeButton({ one }: { one: StaffConversation }) {
  const { actions, boot } = useDesk();
  const site = boot.websites.find((website) => website.id === one.website_id);
  if (one.handled_by === 'ai') {
    return (
      <button type="button" class="button" title="Take over" onClick={() => void actions.takeOver(one.id)}>
        <Icon name="hand" /> <span class="wide">Take over</span>
      </button>
    );
  }
  if (site && !site.ai_enabled) return null;
  return (
    <button type="button" class="button button-ghost" title="Hand back to the AI" onClick={() => void actions.handBack(one.id)}>
      <Icon name="spark" /> <span class="wide">Hand back</span>
    </button>
  );
}
