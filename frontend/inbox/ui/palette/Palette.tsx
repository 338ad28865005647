/** Every command and every view by its name: type, choose with the arrows, Enter. */
import { useEffect, useRef } from 'preact/hooks';
import { useSignal } from '@preact/signals';

import { keyCaps } from '../../commands.ts';
import { matching } from '../../thread/completing.ts';
import { VIEWS } from '../../list/views.ts';
import { useDesk, type Desk } from '../context.ts';

const LIST = 'palette-list';

interface Choice {
  readonly id: string;
  readonly label: string;
  readonly caps: readonly string[];
  run(): void;
}

export function Palette({ close }: { close: () => void }) {
  const desk = useDesk();
  const dialog = useRef<HTMLDialogElement>(null);
  const text = useSignal('');
  const place = useSignal(0);
  useEffect(() => dialog.current?.showModal(), []);
  const found = matching(choicesOf(desk), text.value.trim(), (choice) => choice.label);

  function run(choice: Choice | undefined): void {
    if (!choice) return;
    dialog.current?.close();
    choice.run();
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && found.length) place.value = (place.peek() + step + found.length) % found.length;
    else if (event.key === 'Enter') run(found[place.peek()]);
    else return;
    event.preventDefault();
    requestAnimationFrame(() => document.getElementById(`${LIST}-${place.peek()}`)?.scrollIntoView({ block: 'nearest' }));
  }

  return (
    <dialog ref={dialog} class="palette" aria-label="Command palette" onClose={close} onClick={(event) => event.target === event.currentTarget && event.currentTarget.close()}>
      <input
        type="text"
        role="combobox"
        aria-label="Command"
        aria-expanded="true"
        aria-controls={LIST}
        aria-activedescendant={found.length ? `${LIST}-${place.value}` : undefined}
        placeholder="What do you want to do?"
        autocomplete="off"
        value={text.value}
        onInput={(event) => {
          text.value = event.currentTarget.value;
          place.value = 0;
        }}
        onKeyDown={onKeyDown}
      />
      <ul id={LIST} role="listbox" aria-label="Commands">
        {found.map((choice, number) => (
          <li key={choice.id} id={`${LIST}-${number}`} role="option" aria-selected={number === place.value} onClick={() => run(choice)}>
            <span>{choice.label}</span>
            <span class="keys">
              {choice.caps.map((cap) => (
                <kbd key={cap}>{cap}</kbd>
              ))}
            </span>
          </li>
        ))}
      </ul>
      <p class="palette-none" role="status">
        {found.length === 0 ? 'No command is called so.' : ''}
      </p>
    </dialog>
  );
}

function choicesOf({ commands, lens, route, select }: Desk): Choice[] {
  const isOpen = route.selected.value !== null;
  const usable = commands.filter((command) => !command.listedOnly && command.id !== 'palette' && (isOpen || !['This conversation', 'Writing'].includes(command.section)));
  const acts = usable.map((command) => ({
    id: command.id,
    label: command.label,
    caps: command.keys[0] ? keyCaps(command.keys[0]) : [],
    run: () => command.run(new KeyboardEvent('keydown')),
  }));
  const views = VIEWS.map((view) => ({
    id: `view:${view.key}`,
    label: `Show: ${view.label}`,
    caps: [],
    run: () => {
      lens.search.value = '';
      lens.key.value = view.key;
      select(null);
    },
  }));
  return [...acts, ...views];
}
