/** A small choice of emoji. Fetched when it is opened for the first time. */
import { text } from './boot.ts';
import { composerText } from './composer_text.ts';
import style from './css/emoji.css';
import { wear } from './lazy.ts';
import { focusWanted } from './link.ts';

wear(style);

const CHOICE = [
  ...'😀😃😄😁😅😂🙂😉😊😇😍😘😋😎🤔🤗🤩😏😌😴😐😕🙁😮😢😭😤😡😱😳🙄🥳🤯🤒😷',
  ...'👍👎👌🙏👏🙌💪👋🤝🎉🎁🔥✨⭐💯✅❌❓❗💡📦🚚💳🛒📷📎📞📅⏰🌍',
];

export function Emoji({ close }: { close: () => void }) {
  const choose = (emoji: string): void => {
    composerText.value += emoji;
    close();
    focusWanted.value++;
  };
  return (
    <div
      class="emoji"
      role="group"
      aria-label={text('emoji')}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        close();
        focusWanted.value++;
      }}
    >
      {CHOICE.map((emoji) => (
        <button key={emoji} type="button" onClick={() => choose(emoji)}>
          {emoji}
        </button>
      ))}
    </div>
  );
}
