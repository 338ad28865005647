import { boot, text } from '../boot.ts';
import type { Chat } from '../chat.ts';
import { Composer } from './Composer.tsx';
import { Icon } from './icons.tsx';

/** The composer and, always in the same place, the way to a person. */
export function Footer({ chat }: { chat: Chat }) {
  return (
    <footer class="footer">
      <Composer chat={chat} />
      <p class="help">
        <Help chat={chat} />
      </p>
    </footer>
  );
}

function Help({ chat }: { chat: Chat }) {
  const isHuman = chat.timeline.value.conversation.value?.handled_by === 'human';
  if (isHuman || !boot.assistant) return <>{text('help_people', { name: boot.name })}</>;
  const wish = chat.personWish.value;
  return (
    <>
      <span>{text(wish === 'refused' ? 'person_refused' : 'help_ai')}</span>
      <button type="button" class="link-button" onClick={chat.askForPerson} disabled={wish === 'waiting'}>
        <Icon name="person" />
        {text(wish === 'waiting' ? 'person_waiting' : 'person')}
      </button>
    </>
  );
}
