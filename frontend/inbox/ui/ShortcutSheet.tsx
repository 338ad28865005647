/** Every command that has a key, from the same table the keyboard listens to. */
import { keyCaps, type Command } from '../commands.ts';
import { useDesk } from './context.ts';
import { Icon } from './Icon.tsx';
import { Toggle } from './UserMenu.tsx';

const ID = 'shortcuts';

export function openSheet(): void {
  const sheet = document.getElementById(ID) as HTMLDialogElement | null;
  if (sheet && !sheet.open) sheet.showModal();
}

export function ShortcutSheet() {
  const { commands, preferences } = useDesk();
  const sections = [...new Set(commands.map((command) => command.section))];
  return (
    <dialog id={ID} class="sheet" aria-labelledby="shortcuts-title" onClick={closeOutside}>
      <header>
        <h2 id="shortcuts-title">Keyboard shortcuts</h2>
        <form method="dialog">
          <button class="button-icon" aria-label="Close">
            <Icon name="close" />
          </button>
        </form>
      </header>
      <div class="sheet-body" role="region" aria-label="Shortcuts" tabIndex={0}>
        {sections.map((section) => (
          <section key={section}>
            <h3>{section}</h3>
            <dl>
              {commands.filter((command) => command.section === section).map((command) => (
                <Line key={command.id} command={command} />
              ))}
            </dl>
          </section>
        ))}
      </div>
      <footer>
        <Toggle label="Single-key shortcuts" value={preferences.shortcuts} />
        <Toggle label="Print connections, subscriptions and frames to the console" value={preferences.debug} />
      </footer>
    </dialog>
  );
}

function Line({ command }: { command: Command }) {
  return (
    <div class="sheet-line">
      <dt>{command.label}</dt>
      <dd>
        {command.keys.map((binding, place) => (
          <span key={binding}>
            {place > 0 && <i> or </i>}
            {keyCaps(binding).map((cap) => (
              <kbd key={cap}>{cap}</kbd>
            ))}
          </span>
        ))}
      </dd>
    </div>
  );
}

/** The backdrop belongs to the dialog element itself. */
function closeOutside(event: MouseEvent & { currentTarget: HTMLDialogElement }): void {
  if (event.target === event.currentTarget) event.currentTarget.close();
}
