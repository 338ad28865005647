/** What the AI can do for whoever writes: the buttons below the field, and above it what came of them. */
import { useRef } from 'preact/hooks';

import type { Help as State, Kind, Way } from '../../thread/assistance.ts';
import { useDesk } from '../context.ts';
import { Icon } from '../Icon.tsx';
import { Keys } from '../Keys.tsx';

const WAYS: readonly (readonly [Way, string])[] = [
  ['shorter', 'Shorter'],
  ['friendlier', 'Friendlier'],
  ['formal', 'More formal'],
  ['spelling', 'Correct spelling'],
];
/** It words nothing itself. */
const BUILT_IN = 'built-in';
const ASKING: Record<Kind, string> = { draft: 'Drafting a reply…', rewrite: 'Rewriting…', summary: 'Summarising…' };
const DONE: Record<Kind, string> = { draft: 'Drafted', rewrite: 'Rewritten', summary: 'Summarised' };
const READY: Record<Kind, string> = { draft: 'A draft is ready', rewrite: 'Another wording is ready', summary: 'A summary is ready' };

/** Asking the AI, or choosing how a text is to be rewritten. */
export function HelpButtons({ id, isNote, hasText }: { id: string; isNote: boolean; hasText: boolean }) {
  const { assistance, boot, conversations } = useDesk();
  const menu = useRef<HTMLDivElement>(null);
  const website = boot.websites.find((one) => one.id === conversations.follow(id).value?.website_id);
  const choose = (act: () => unknown) => (): void => {
    menu.current?.hidePopover();
    act();
  };
  return (
    <div class="help-buttons">
      {!isNote && (
        <button type="button" class="button button-ghost" onClick={() => void assistance.draft(id)}>
          <Icon name="spark" />
          <span>
            Draft<span class="wide"> with AI</span>
          </span>
          <Keys of="draft" />
        </button>
      )}
      <button type="button" class="button button-ghost help-more" popovertarget="help-menu">
        <span>
          <span class="wide">Rewrite, summarise</span>
          <span class="narrow">More</span>
        </span>
        <Icon name="more" />
      </button>
      <div id="help-menu" ref={menu} popover class="menu menu-help">
        <button type="button" class="menu-item" onClick={choose(() => assistance.summarise(id))}>
          Summarise in a note <span class="spacer" />
          <Keys of="summary" />
        </button>
        <hr />
        <p class="menu-note">{website?.rewrites ? 'Rewrite what you have written' : 'Rewriting needs an AI endpoint. An owner can set one under Settings, Assistant.'}</p>
        {website?.rewrites &&
          WAYS.map(([how, label]) => (
            <button type="button" key={how} class="menu-item" disabled={!hasText} onClick={choose(() => assistance.rewrite(id, how))}>
              {label}
            </button>
          ))}
      </div>
    </div>
  );
}

/** What is being done, what was put in, or why there is nothing. Said aloud, too. */
export function HelpStrip({ id }: { id: string }) {
  const { assistance } = useDesk();
  const help = assistance.of(id).value;
  return (
    <div class="help-strip" role="status" hidden={help.state === 'none'}>
      {help.state !== 'none' && (
        <>
          <Icon name={help.state === 'nothing' ? 'info' : 'spark'} />
          <span class="help-said">
            <Said help={help} />
          </span>
          {help.state === 'asking' && <Act label="Cancel" run={() => assistance.cancel(id)} />}
          {help.state === 'put_in' && <Act label="Undo" run={() => assistance.undo(id)} />}
          {help.state === 'held' && <Act label="Put it in" run={() => assistance.putIn(id)} />}
          {help.state !== 'asking' && (
            <button type="button" class="button-icon help-close" aria-label="Close this line" onClick={() => assistance.dismiss(id)}>
              <Icon name="close" />
            </button>
          )}
        </>
      )}
    </div>
  );
}

function Said({ help }: { help: State }) {
  switch (help.state) {
    case 'asking':
      return <>{ASKING[help.kind]}</>;
    case 'nothing':
      return <>{help.why}</>;
    case 'held':
      return <>{READY[help.kind]}</>;
    case 'put_in':
      return (
        <>
          {help.offer.by === BUILT_IN ? 'Quoted' : `${DONE[help.kind]} by ${help.offer.by}`}
          {help.offer.sources.length > 0 && <> from {help.offer.sources.map((one) => one.title).join(', ')}</>}. {help.offer.detail || 'Read it before you send it.'}
        </>
      );
    default:
      return null;
  }
}

function Act({ label, run }: { label: string; run: () => void }) {
  return (
    <button type="button" class="button-text" onClick={run}>
      {label}
    </button>
  );
}
