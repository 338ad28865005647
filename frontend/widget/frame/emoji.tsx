/** A small choice of emoji. Fetched when it is opened for the first time. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';

import { text } from './boot.ts';
import { composerText } from './composer_text.ts';
import style from './css/emoji.css';
import { wear } from './lazy.ts';
import { focusWanted } from './link.ts';

wear(style);

const ACROSS: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1 };
const DOWN: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };

const CHOICE = [
  ...'😀😃😄😁😅😂🙂😉😊😇😍😘😋😎🤔🤗🤩😏😌😴😐😕🙁😮😢😭😤😡😱😳🙄🥳🤯🤒😷',
  ...'👍👎👌🙏👏🙌💪👋🤝🎉🎁🔥✨⭐💯✅❌❓❗💡📦🚚💳🛒📷📎📞📅⏰🌍',
];

export function Emoji({ close }: { close: () => void }) {
  const field = useRef<HTMLDivElement>(null);
  const current = useSignal(0);
  useEffect(() => focusOn(0), []);

  function focusOn(place: number): void {
    current.value = place;
    (field.current!.children[place] as HTMLElement).focus();
  }

  /** One stop for the Tab key; within it the arrows go, by rows as they are shown. */
  function move(event: KeyboardEvent): void {
    const all = [...field.current!.children] as HTMLElement[];
    const row = all.filter(({ offsetTop }) => offsetTop === all[0]!.offsetTop).length;
    const ahead = getComputedStyle(all[0]!).direction === 'rtl' ? -1 : 1;
    const step = (ACROSS[event.key] ?? 0) * ahead + (DOWN[event.key] ?? 0) * row;
    const place = current.peek() + step;
    if (!step || !CHOICE[place]) return;
    event.preventDefault();
    focusOn(place);
  }

  const choose = (emoji: string): void => {
    composerText.value += emoji;
    close();
    focusWanted.value++;
  };
  return (
    <div ref={field} class="emoji" role="group" aria-label={text('emoji')} onKeyDown={move}>
      {CHOICE.map((emoji, place) => (
        <button key={emoji} type="button" tabIndex={place === current.value ? 0 : -1} onClick={() => choose(emoji)}>
          {emoji}
        </button>
      ))}
    </div>
  );
}
