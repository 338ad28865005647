/** More of the visitor: their other chats, blocking, and joining two that are one. */
import { useRef } from 'preact/hooks';
import { useSignal } from '@preact/signals';

import { plainText } from '../../../shared/plain.ts';
import type { StaffConversation } from '../../../shared/protocol.d.ts';
import { addressOf } from '../../route.ts';
import { lately, now } from '../../time.ts';
import type { VisitorDetails } from '../../visitors.ts';
import { useDesk } from '../context.ts';

export function PastChats({ one }: { one: StaffConversation }) {
  const { select, visitors } = useDesk();
  const others = visitors.chats.value.filter((chat) => chat.id !== one.id && chat.visitor.id === one.visitor.id);
  if (!others.length) return null;
  return (
    <>
      <h3>Other chats</h3>
      <ul role="list" class="past-chats">
        {others.map((chat) => (
          <li key={chat.id}>
            <a
              href={addressOf(chat.id)}
              onClick={(event) => {
                if (event.metaKey || event.ctrlKey || event.shiftKey) return;
                event.preventDefault();
                select(chat.id);
              }}
            >
              <bdi>{plainText(chat.subject) || plainText(chat.preview) || 'No messages'}</bdi>
              <time dateTime={chat.last_message_at}>{lately(chat.last_message_at, now.value)}</time>
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}

export function VisitorTools({ one }: { one: StaffConversation }) {
  const { visitors } = useDesk();
  const dialog = useRef<HTMLDialogElement>(null);
  const details = visitors.details.value;
  if (!details || details.id !== one.visitor.id) return null;
  return (
    <div class="visitor-tools">
      {details.is_blocked && <p class="blocked">This visitor is blocked.</p>}
      <button type="button" class="button button-small" onClick={() => void visitors.block(details.id, !details.is_blocked)}>
        {details.is_blocked ? 'Unblock' : 'Block'}
      </button>
      <button type="button" class="button button-small" onClick={() => dialog.current?.showModal()}>
        Merge…
      </button>
      <dialog ref={dialog} class="merge" aria-labelledby="merge-title">
        <h2 id="merge-title">Merge with another visitor</h2>
        <MergeForm one={one} close={() => dialog.current?.close()} />
      </dialog>
    </div>
  );
}

/** Once asked and once confirmed: two that were joined do not come apart again. */
function MergeForm({ one, close }: { one: StaffConversation; close: () => void }) {
  const { visitors } = useDesk();
  const text = useSignal('');
  const found = useSignal<readonly VisitorDetails[] | null>(null);
  const chosen = useSignal<VisitorDetails | null>(null);
  const search = async (event: Event): Promise<void> => {
    event.preventDefault();
    chosen.value = null;
    found.value = (await visitors.find(text.value.trim(), one.website_id)).filter((other) => other.id !== one.visitor.id);
  };
  const merge = async (): Promise<void> => {
    if (chosen.value && (await visitors.merge(one.visitor.id, chosen.value))) close();
  };
  return (
    <form onSubmit={(event) => void search(event)}>
      <p>The other visitor’s chats move here. Browsers in which they were known start anew, and it cannot be undone.</p>
      <label class="filter">
        <span>Name, e-mail or id of the other one</span>
        <input type="text" autocomplete="off" value={text.value} onInput={(event) => (text.value = event.currentTarget.value)} />
      </label>
      {found.value?.length === 0 && <p role="status">Nobody is called so.</p>}
      {found.value?.map((other) => (
        <label key={other.id} class="merge-choice">
          <input type="radio" name="other" checked={chosen.value?.id === other.id} onChange={() => (chosen.value = other)} />
          <span>
            <b>{other.name || `Visitor ${other.id.slice(0, 4)}`}</b> {other.email} · {lately(other.last_seen_at, now.value)}
          </span>
        </label>
      ))}
      <footer>
        <button type="button" class="button" onClick={close}>
          Cancel
        </button>
        {chosen.value ? (
          <button type="button" class="button button-primary" onClick={() => void merge()}>
            Merge
          </button>
        ) : (
          <button type="submit" class="button button-primary">
            Search
          </button>
        )}
      </footer>
    </form>
  );
}
