/** What one wrote oneself can be worded anew or deleted, by the person who wrote it alone. */
import { useLayoutEffect, useRef } from 'preact/hooks';
import { useSignal } from '@preact/signals';

import { cleaned, lengthOf } from '../../../shared/message_text.ts';
import type { Message } from '../../../shared/protocol.d.ts';
import type { Entry } from '../../../shared/timeline.ts';
import { useDesk } from '../context.ts';
import { Icon } from '../Icon.tsx';
import { Body } from './Body.tsx';

const LONGEST = 10_000;

export function isOwn({ message, state }: Entry, me: number): boolean {
  return state === 'stored' && message.is_manual && message.author?.id === me && !message.deleted && message.kind !== 'activity';
}

/** `isNamed`: its words are the names of its files, which stand below. */
export function OwnEntry({ id, message, isNamed }: { id: string; message: Message; isNamed: boolean }) {
  const isEditing = useSignal(false);
  const isAsking = useSignal(false);
  const again = useRef<HTMLButtonElement>(null);
  const { edits } = useDesk();
  if (isEditing.value) {
    return (
      <EditForm
        message={message}
        done={(text) => {
          isEditing.value = false;
          requestAnimationFrame(() => again.current?.focus());
          if (text !== null && text !== message.content) void edits.edit(id, message, text);
        }}
      />
    );
  }
  // What is deleted is gone for everybody, so it takes two clicks on one place.
  const remove = (): void => {
    if (isAsking.peek()) void edits.remove(id, message);
    isAsking.value = !isAsking.peek();
  };
  const what = message.kind === 'note' ? 'note' : 'message';
  return (
    <div class="own">
      {!isNamed && <Body message={message} />}
      <span class="own-tools">
        {!isNamed && (
          <button type="button" ref={again} class="button-icon" aria-label={`Edit your ${what}`} title="Edit" onClick={() => (isEditing.value = true)}>
            <Icon name="pen" />
          </button>
        )}
        <button
          type="button"
          class={isAsking.value ? 'button button-small' : 'button-icon'}
          aria-label={isAsking.value ? `Really delete your ${what}` : `Delete your ${what}`}
          title="Delete"
          onClick={remove}
          onBlur={() => (isAsking.value = false)}
        >
          {isAsking.value ? 'Delete?' : <Icon name="bin" />}
        </button>
      </span>
    </div>
  );
}

function EditForm({ message, done }: { message: Message; done: (text: string | null) => void }) {
  const text = useSignal(message.content);
  const field = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => field.current?.focus(), []);
  const canSave = cleaned(text.value) !== '' && lengthOf(text.value) <= LONGEST;
  const save = (event: Event): void => {
    event.preventDefault();
    if (canSave) done(cleaned(text.value));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    if (event.key === 'Escape') {
      event.stopPropagation();
      done(null);
    } else if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) save(event);
  };
  return (
    <form class="edit" onSubmit={save}>
      <textarea
        ref={field}
        dir="auto"
        rows={Math.min(8, message.content.split('\n').length + 1)}
        aria-label="Edit your words"
        value={text.value}
        onInput={(event) => (text.value = event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <span>
        <button type="submit" class="button button-small button-primary" aria-disabled={!canSave}>
          Save
        </button>
        <button type="button" class="button button-small" onClick={() => done(null)}>
          Cancel
        </button>
      </span>
    </form>
  );
}
