/** Asks the server a moment after the last key, so that a word is one question. */
import { useRef } from 'preact/hooks';
import { useSignal, useSignalEffect } from '@preact/signals';

import { useDesk } from '../context.ts';
import { Icon } from '../Icon.tsx';
import { Keys } from '../Keys.tsx';

const PAUSE_MS = 250;

export function SearchBox() {
  const { lens } = useDesk();
  const typed = useSignal(lens.search.peek());
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const write = (text: string, pause: number): void => {
    typed.value = text;
    clearTimeout(timer.current);
    timer.current = setTimeout(() => (lens.search.value = text), pause);
  };
  // The back button takes a search back, too.
  useSignalEffect(() => {
    if (lens.search.value !== typed.peek().trim()) write(lens.search.value, 0);
  });
  const onKeyDown = (event: KeyboardEvent & { currentTarget: HTMLInputElement }): void => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    if (typed.peek()) write('', 0);
    else event.currentTarget.blur();
  };
  return (
    <label class="search">
      <Icon name="search" />
      <input
        id="search"
        type="search"
        aria-label="Search conversations"
        placeholder="Search"
        autocomplete="off"
        value={typed.value}
        onInput={(event) => write(event.currentTarget.value, PAUSE_MS)}
        onKeyDown={onKeyDown}
      />
      {!typed.value && <Keys of="search" />}
    </label>
  );
}
