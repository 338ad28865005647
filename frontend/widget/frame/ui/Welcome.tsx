import { boot, text } from '../boot.ts';
import type { Chat } from '../chat.ts';
import { wantFocus } from '../link.ts';
import { Icon } from './icons.tsx';

/** Before the first message: never an empty box, always something to start with. */
export function Welcome({ chat }: { chat: Chat }) {
  const ask = (question: string): void => {
    if (chat.timeline.peek().entries.peek().length) return; // Asked, but what shows it is still on its way.
    chat.say(question);
    wantFocus();
  };
  return (
    <div class="welcome">
      {boot.chips.length > 0 && (
        <section class="card" aria-labelledby="suggestions">
          <h2 id="suggestions">{text('suggestions')}</h2>
          <ul>
            {boot.chips.map((chip) => (
              <li key={chip}>
                <button type="button" onClick={() => ask(chip)}>
                  <span dir="auto">{chip}</span>
                  <Icon name="arrow" />
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
