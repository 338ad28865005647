import type { Entry } from '../../../shared/timeline.ts';
import { boot, text } from '../boot.ts';
import type { Chat } from '../chat.ts';
import { composerText } from '../composer_text.ts';
import { Icon } from './icons.tsx';

/** Nothing that was written is ever thrown away: it can be sent again, or taken back into the composer. */
export function Failure({ chat, entry }: { chat: Chat; entry: Entry }) {
  const reason = `failed_${entry.error}`;
  const takeBack = (): void => {
    composerText.value = entry.message.content;
    chat.discard(entry.key);
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
    </div>
  );
}
