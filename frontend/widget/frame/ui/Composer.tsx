import { useSignal, useSignalEffect } from '@preact/signals';
import { useMemo, useRef } from 'preact/hooks';

import { attach, takePasted, tray } from '../attaching.ts';
import { boot, text } from '../boot.ts';
import type { Chat } from '../chat.ts';
import { composerText } from '../composer_text.ts';
import { focusWanted } from '../link.ts';
import { cleaned, lengthOf } from '../../../shared/message_text.ts';
import { createTypingSender } from '../typing.ts';
import { Icon } from './icons.tsx';
import { Emoji } from './parts.ts';

export function Composer({ chat }: { chat: Chat }) {
  const field = useRef<HTMLTextAreaElement>(null);
  const isChoosing = useSignal(false);
  const typing = useMemo(() => createTypingSender(chat.send), [chat]);
  const content = composerText.value;
  const left = boot.maxLength - lengthOf(content);
  const files = tray.value;
  const canSend = (cleaned(content) || files?.isReady.value) && left >= 0 && !files?.isBusy.value;

  useSignalEffect(() => {
    if (focusWanted.value) field.current?.focus({ preventScroll: true });
  });

  function submit(): void {
    if (!canSend) return;
    typing.done();
    chat.say(cleaned(content), files?.take());
    composerText.value = '';
    field.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent): void {
    const isComposing = event.isComposing || event.keyCode === 229; // Safari ends a composition with this key code.
    if (event.key !== 'Enter' || event.shiftKey || isComposing) return;
    event.preventDefault();
    submit();
  }

  return (
    <form
      class={left < 0 ? 'composer over' : 'composer'}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !isChoosing.value) return;
        event.preventDefault(); // Else it would close the chat.
        isChoosing.value = false;
        focusWanted.value++;
      }}
    >
      {files?.view()}
      <label class="attach">
        <input
          type="file"
          class="hidden"
          multiple
          accept={boot.upload.accept}
          aria-label={text('files_add')}
          onChange={({ currentTarget }) => {
            void attach(chat, currentTarget.files);
            currentTarget.value = '';
          }}
        />
        <Icon name="plus" />
      </label>
      <div class="grows" data-content={content}>
        <textarea
          ref={field}
          rows={1}
          dir={content ? 'auto' : undefined}
          value={content}
          aria-label={text('placeholder')}
          aria-describedby={left < 0 ? 'over' : undefined}
          aria-invalid={left < 0 || undefined}
          placeholder={text('placeholder')}
          enterkeyhint="send"
          onKeyDown={onKeyDown}
          onBlur={typing.done}
          onPaste={(event) => takePasted(chat, event)}
          onInput={(event) => {
            composerText.value = event.currentTarget.value;
            typing.typed(event.currentTarget.value);
          }}
        />
      </div>
      {left < 500 && (
        <p class="counter" id="over" role={left < 0 ? 'alert' : undefined}>
          {left < 0 ? text('too_long', { over: -left }) : text('left', { left })}
        </p>
      )}
      {boot.emoji && (
        <button type="button" class="attach" aria-label={text('emoji')} aria-expanded={isChoosing.value} onClick={() => (isChoosing.value = !isChoosing.value)}>
          ☺
        </button>
      )}
      {isChoosing.value && <Emoji close={() => (isChoosing.value = false)} />}
      <button type="submit" class="send" aria-label={text('send')} disabled={!canSend}>
        <Icon name="send" />
      </button>
    </form>
  );
}
