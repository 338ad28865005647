import { assistantName, boot, speakerOf, text } from '../boot.ts';
import type { Chat } from '../chat.ts';
import { Avatar } from './Avatar.tsx';
import { Speaker } from './Bubble.tsx';
import { Icon } from './icons.tsx';
import { Rich } from './Rich.tsx';

/** The answer the AI is writing, with the way to stop it. Read aloud only when it is finished. */
export function Drafts({ chat }: { chat: Chat }) {
  const name = assistantName();
  return (
    <>
      {chat.timeline.value.drafts.value.map((draft) => (
        <li key={draft.messageId} class="message theirs first last draft">
          <Avatar face={{ name, image: boot.picture, isAssistant: true }} />
          <div class="column">
            <Speaker name={name} isAssistant />
            <div class="bubble" aria-busy="true">
              <Rich content={draft.content} />
            </div>
            <button type="button" class="stop" onClick={chat.stopReply}>
              <Icon name="stop" />
              {text('stop')}
            </button>
          </div>
        </li>
      ))}
    </>
  );
}

export function TypingNow({ chat }: { chat: Chat }) {
  const { typing, drafts } = chat.timeline.value;
  const typist = typing.value.find(({ from }) => from !== 'visitor');
  if (!typist || drafts.value.length) return null;
  const isAssistant = typist.from === 'assistant';
  const name = speakerOf({ author: typist.author, is_manual: !isAssistant });
  return (
    <div class="typing">
      <Avatar face={{ name, image: typist.author?.avatar_url ?? null, isAssistant }} />
      <span class="dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      <span class="hidden">{text('typing', { name })}</span>
    </div>
  );
}
