import { boot, text } from '../boot.ts';
import type { Chat } from '../chat.ts';
import { Icon } from './icons.tsx';

/** Before the first message: never an empty box, always something to start with and somebody to ask for. */
export function Welcome({ chat }: { chat: Chat }) {
  return (
    <div class="scroller welcome" tabIndex={-1}>
      <section class="card" aria-label={text('suggestions')}>
        {boot.chips.length > 0 && <p class="card-title">{text('suggestions')}</p>}
        <ul>
          {boot.chips.map((chip) => (
            <li key={chip}>
              <button type="button" onClick={() => chat.say(chip)}>
                <span dir="auto">{chip}</span>
                <Icon name="arrow" />
              </button>
            </li>
          ))}
          {boot.assistant && (
            <li>
              <button type="button" class="card-person" onClick={chat.askForPerson} disabled={chat.personWish.value === 'waiting'}>
                <Icon name="person" />
                <span>{text(chat.personWish.value === 'waiting' ? 'person_waiting' : 'person')}</span>
                <Icon name="arrow" />
              </button>
            </li>
          )}
        </ul>
      </section>
    </div>
  );
}
