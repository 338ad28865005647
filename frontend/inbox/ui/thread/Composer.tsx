/** Where one answers: a reply to the visitor, or a note that only the team sees. What is begun stays, whatever happens. */
import { useEffect, useMemo, useRef } from 'preact/hooks';

import { cleaned, lengthOf } from '../../../shared/message_text.ts';
import type { Mode } from '../../thread/composing.ts';
import { visitorName } from '../../list/reading.ts';
import type { Thread } from '../../thread/threads.ts';
import { createTypingOut } from '../../thread/typing_out.ts';
import { useDesk } from '../context.ts';
import { Keys } from '../Keys.tsx';
import { CompletionList, comboOf, useCompletion } from './Completion.tsx';
import { HelpButtons, HelpStrip } from './Help.tsx';
import { AddFile, Tray, useDrop } from './Tray.tsx';

const LONGEST = 10_000;
const WARN_FROM = 9000;

export function Composer({ id, thread }: { id: string; thread: Thread }) {
  const { actions, assistance, compositions, conversations, preferences, socket, trays } = useDesk();
  const field = useRef<HTMLTextAreaElement>(null);
  const typing = useMemo(() => createTypingOut((command) => socket.send(command), id), [id]);
  useEffect(() => typing.stopped, [typing]);
  const { mode, reply, note } = compositions.of(id).value;
  const isNote = mode === 'note';
  const text = isNote ? note : reply;
  const words = cleaned(text);
  const length = lengthOf(text);
  const tray = trays.of(id);
  const canSend = (words !== '' || tray.isReady.value) && length <= LONGEST && !tray.isBusy.value;
  const { isOver, ...drop } = useDrop(tray);

  function write(value: string): void {
    compositions.write(id, isNote ? { note: value } : { reply: value });
    if (isNote) return;
    if (value.trim()) typing.typed();
    else typing.stopped();
  }

  const completion = useCompletion(conversations.follow(id).value, isNote, field, write);

  function choose(next: Mode): void {
    compositions.write(id, { mode: next });
    typing.stopped();
    field.current?.focus();
  }

  function send(): void {
    if (!canSend) return;
    thread.post(words, isNote, tray.take());
    typing.stopped();
    assistance.dismiss(id);
    compositions.write(id, isNote ? { note: '' } : { reply: '' });
    field.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (completion.onKeyDown(event)) return;
    if (event.key === 'Escape') return field.current?.blur();
    if (event.key !== 'Enter' || event.isComposing) return;
    const isSend = event.metaKey || event.ctrlKey || (preferences.enterSends.value && !event.shiftKey && !event.altKey);
    if (!isSend) return;
    event.preventDefault();
    const isSent = canSend && !isNote;
    send();
    // "Sent, and done": a note ends nothing.
    if (event.shiftKey && (event.metaKey || event.ctrlKey) && isSent) void actions.resolve(id);
  }

  /** A picture is pasted as a file; what an office copies is text, and a picture of it beside. */
  function onPaste(event: ClipboardEvent): void {
    const { files, types } = event.clipboardData!;
    if (!files.length || types.includes('text/plain')) return;
    event.preventDefault();
    tray.add(files);
  }

  const name = visitorName(conversations.follow(id).value);
  return (
    <form
      class={`composer${isNote ? ' composer-note' : ''}${isOver ? ' composer-drop' : ''}`}
      {...drop}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div class="composer-tabs" role="group" aria-label="Kind of message">
        <button type="button" class="tab" aria-pressed={!isNote} onClick={() => choose('reply')}>
          Reply <Keys of="reply" />
        </button>
        <button type="button" class="tab" aria-pressed={isNote} onClick={() => choose('note')}>
          Note <Keys of="note" />
        </button>
        <span class="spacer" />
        <TakesOver id={id} isNote={isNote} />
      </div>
      <SwitchedOff id={id} isNote={isNote} />
      <HelpStrip id={id} />
      <CompletionList completion={completion} />
      <textarea
        id="composer"
        ref={field}
        rows={2}
        dir="auto"
        value={text}
        aria-label={isNote ? 'Note for your team' : `Reply to ${name}`}
        aria-describedby="composer-hint"
        aria-invalid={length > LONGEST}
        {...comboOf(completion)}
        placeholder={isNote ? 'Only your team sees this. @ calls a colleague' : `Reply to ${name}…  / for canned replies`}
        onInput={(event) => {
          write(event.currentTarget.value);
          completion.look();
        }}
        onSelect={completion.look}
        onBlur={() => {
          typing.stopped();
          completion.close();
        }}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
      />
      <Tray tray={tray} />
      <div class="composer-bar">
        <AddFile tray={tray} />
        <HelpButtons id={id} isNote={isNote} hasText={words !== ''} />
        <Length length={length} />
        <span class="spacer" />
        <Hint />
        <button type="submit" class="button button-primary" aria-disabled={!canSend}>
          {isNote ? 'Add note' : 'Send'}
        </button>
      </div>
    </form>
  );
}

/** Said before one writes, not after: a reply silences the AI. */
function TakesOver({ id, isNote }: { id: string; isNote: boolean }) {
  const { conversations } = useDesk();
  const one = conversations.follow(id).value;
  if (isNote || one?.handled_by !== 'ai' || one.status === 'resolved') return null;
  return <span class="takes-over">Sending takes over from the AI</span>;
}

/** Who writes all the same knows that it waits. */
function SwitchedOff({ id, isNote }: { id: string; isNote: boolean }) {
  const { boot, conversations } = useDesk();
  const website = conversations.follow(id).value?.website_id;
  const site = boot.websites.find((one) => one.id === website);
  return (
    <div role="status">
      {site && !site.is_active && !isNote && (
        <p class="switched-off">
          The chat of {site.name} is switched off: visitors read and answer nothing here until it is on again.
        </p>
      )}
    </div>
  );
}

function Length({ length }: { length: number }) {
  if (length < WARN_FROM) return null;
  const over = length - LONGEST;
  return (
    <span class={over > 0 ? 'length length-over' : 'length'} role={over > 0 ? 'alert' : undefined}>
      {Math.abs(over).toLocaleString()} {Math.abs(over) === 1 ? 'character' : 'characters'} {over > 0 ? 'too many' : 'left'}
    </span>
  );
}

function Hint() {
  const { preferences } = useDesk();
  const isEnter = preferences.enterSends.value;
  return (
    <span class="hint" id="composer-hint">
      {isEnter ? (
        <>
          <kbd>↵</kbd> sends, <kbd>⇧</kbd> <kbd>↵</kbd> new line
        </>
      ) : (
        <>
          <Keys of="send" /> sends
        </>
      )}
    </span>
  );
}
