import type { Entry } from '../../../shared/timeline.ts';
import { boot, text } from '../boot.ts';
import type { Chat } from '../chat.ts';
import { composerText } from '../composer_text.ts';
import { Icon } from './icons.tsx';

/** Nothing that was written is thrown away by us: it can be sent again, taken back into the composer, or discarded. */
export function Failure({ chat, entry }: { chat: Chat; entry: Entry }) {
  const reason = `failed_${entry.error}`;
  const discard = (): void => chat.discard(entry.key);
  const takeBack = (): void => {
    composerText.value = `${entry.message.content}\n${composerText.peek()}`.trim();
    discard();
  };
  return (
    <div class="failure">
      <p>
        {text('not_sent')} {text(reason in boot.texts ? reason : 'failed_other', { limit: boot.maxLength })}
      </p>
      {entry.error !== 'too_long' && (
        <button type="button" class="link-button" onClick={() => chat.retry(entry.key)}>
          <Icon name="retry" />
          {text('retry')}
        </button>
      )}
      <button type="button" class="link-button" onClick={takeBack}>
        {text('edit')}
      </button>
      <button type="button" class="link-button" onClick={discard}>
        {text('discard')}
      </button>
    </div>
  );
}
