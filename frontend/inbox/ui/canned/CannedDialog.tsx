/** All canned replies of one's websites: to be made, worded anew and removed. */
import { useEffect, useRef } from 'preact/hooks';
import { useSignal, type Signal } from '@preact/signals';

import type { CannedReply } from '../../directory.ts';
import { useDesk } from '../context.ts';
import { Icon } from '../Icon.tsx';

const VARIABLES = '{{visitor.first_name|there}}, {{visitor.name}}, {{visitor.email}}, {{agent.name}}, {{website.name}}, {{conversation.id}}';

export function CannedDialog({ close }: { close: () => void }) {
  const { directory } = useDesk();
  const dialog = useRef<HTMLDialogElement>(null);
  const editing = useSignal<CannedReply | 'new' | null>(null);
  useEffect(() => {
    dialog.current?.showModal();
    directory.canned.want();
  }, []);
  const all = [...directory.canned.all.value].sort((a, b) => a.shortcut.localeCompare(b.shortcut));
  return (
    <dialog ref={dialog} class="merge canned" aria-labelledby="canned-title" onClose={close}>
      <header class="canned-head">
        <h2 id="canned-title">Canned replies</h2>
        <button type="button" class="button-icon" aria-label="Close" onClick={() => dialog.current?.close()}>
          <Icon name="close" />
        </button>
      </header>
      {editing.value ? <Form editing={editing} /> : <List all={all} editing={editing} />}
    </dialog>
  );
}

function List({ all, editing }: { all: readonly CannedReply[]; editing: Signal<CannedReply | 'new' | null> }) {
  const { boot, canned } = useDesk();
  const site = (id: number | null): string => boot.websites.find((website) => website.id === id)?.name ?? 'All websites';
  return (
    <>
      <p class="quiet">Write / at the start of a line to put one in.</p>
      {all.length === 0 && <p class="canned-none">There is none yet.</p>}
      <ul role="list" class="canned-list">
        {all.map((reply) => (
          <li key={reply.id}>
            <span>
              <b>/{reply.shortcut}</b> {boot.websites.length > 1 && <span class="tag">{site(reply.website)}</span>}
              <span dir="auto">{reply.content}</span>
            </span>
            <button type="button" class="button-icon" aria-label={`Edit /${reply.shortcut}`} onClick={() => (editing.value = reply)}>
              <Icon name="pen" />
            </button>
            <button type="button" class="button-icon" aria-label={`Remove /${reply.shortcut}`} onClick={() => void canned.remove(reply)}>
              <Icon name="bin" />
            </button>
          </li>
        ))}
      </ul>
      <footer>
        <button type="button" class="button button-primary" onClick={() => (editing.value = 'new')}>
          New canned reply
        </button>
      </footer>
    </>
  );
}

function Form({ editing }: { editing: Signal<CannedReply | 'new' | null> }) {
  const { boot, canned } = useDesk();
  const known = editing.peek() === 'new' ? null : (editing.peek() as CannedReply);
  const shortcut = useSignal(known?.shortcut ?? '');
  const content = useSignal(known?.content ?? '');
  const website = useSignal(boot.websites[0]?.id ?? 0);
  const everywhere = useSignal(false);
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    const wanted = { shortcut: shortcut.value.trim().replace(/^\//, ''), content: content.value.trim() };
    const isSaved = known ? await canned.change(known.id, wanted) : await canned.make({ ...wanted, website: website.value, everywhere: everywhere.value });
    if (isSaved) editing.value = null;
  };
  return (
    <form onSubmit={(event) => void save(event)}>
      <label class="filter">
        <span>Shortcut</span>
        <input type="text" required maxLength={40} pattern="/?[\p{L}\p{N}_\-]+" title="Letters, digits, - and _" autocomplete="off" value={shortcut.value} onInput={(event) => (shortcut.value = event.currentTarget.value)} />
      </label>
      <label class="filter">
        <span>Text</span>
        <textarea required rows={5} maxLength={10_000} dir="auto" value={content.value} onInput={(event) => (content.value = event.currentTarget.value)} />
      </label>
      <p class="quiet">Filled in when it is used: {VARIABLES}</p>
      {!known && boot.websites.length > 1 && (
        <label class="filter">
          <span>Website</span>
          <select value={website.value} onChange={(event) => (website.value = Number(event.currentTarget.value))}>
            {boot.websites.map((one) => (
              <option key={one.id} value={one.id}>
                {one.name}
              </option>
            ))}
          </select>
        </label>
      )}
      {!known && boot.manage_url && (
        <label class="merge-choice">
          <input type="checkbox" checked={everywhere.value} onChange={(event) => (everywhere.value = event.currentTarget.checked)} /> On all websites of the organisation
        </label>
      )}
      <footer>
        <button type="button" class="button" onClick={() => (editing.value = null)}>
          Cancel
        </button>
        <button type="submit" class="button button-primary">
          Save
        </button>
      </footer>
    </form>
  );
}
