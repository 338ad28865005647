/** The narrow strip at the edge: where one is, help, and oneself. */
import { tally } from '../list/counts.ts';
import { addressOf } from '../route.ts';
import { useDesk } from './context.ts';
import { Icon } from './Icon.tsx';
import { openSheet } from './ShortcutSheet.tsx';
import { UserMenu } from './UserMenu.tsx';

export function Rail() {
  const { boot, counts, select } = useDesk();
  const waiting = counts.waiting.value;
  const goHome = (event: MouseEvent): void => {
    if (event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    select(null);
  };
  return (
    <nav class="rail" aria-label="Main">
      <span class="logo" aria-hidden="true">
        <Icon name="chat" />
      </span>
      <a href={addressOf(null)} class="rail-item" aria-current="page" aria-label={label(waiting, counts.waitingExact.value)} title="Inbox" onClick={goHome}>
        <Icon name="inbox" />
        {waiting > 0 && <span class="rail-dot" />}
      </a>
      <span class="spacer" />
      {boot.manage_url && (
        <a href={boot.manage_url} class="rail-item" aria-label="Settings" title="Settings">
          <Icon name="settings" />
        </a>
      )}
      <button type="button" class="rail-item" aria-label="Keyboard shortcuts" title="Keyboard shortcuts" onClick={openSheet}>
        <Icon name="keyboard" />
      </button>
      <UserMenu place="rail" />
    </nav>
  );
}

function label(waiting: number, isExact: boolean): string {
  return waiting ? `Inbox, ${tally(waiting, isExact)} waiting` : 'Inbox';
}
