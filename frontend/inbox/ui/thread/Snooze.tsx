/** Puts a conversation away until a moment, or until the visitor writes again. */
import { useRef } from 'preact/hooks';

import type { StaffConversation } from '../../../shared/protocol.d.ts';
import { ahead, rests } from '../../tending.ts';
import { now, rightNow } from '../../time.ts';
import { useDesk } from '../context.ts';
import { Icon } from '../Icon.tsx';

export const SNOOZE_BUTTON = 'snooze';
const MENU = 'snooze-menu';

export function Snooze({ one }: { one: StaffConversation }) {
  const { tending } = useDesk();
  const menu = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);
  if (one.status === 'snoozed') {
    return (
      <button type="button" class="button button-ghost" title="Wake it now" onClick={() => void tending.wake(one.id)}>
        <Icon name="clock" /> <span class="wide">Wake</span>
      </button>
    );
  }
  const until = (moment: Date | null): void => {
    menu.current?.hidePopover();
    void tending.snooze(one.id, moment);
  };
  const untilWritten = (event: Event): void => {
    event.preventDefault();
    const moment = new Date(field.current?.value ?? '');
    if (moment.getTime() > rightNow()) until(moment);
    else field.current?.reportValidity();
  };
  return (
    <>
      <button type="button" id={SNOOZE_BUTTON} class="button button-ghost" title="Snooze" popovertarget={MENU}>
        <Icon name="clock" /> <span class="wide">Snooze</span>
      </button>
      <div id={MENU} ref={menu} popover class="menu menu-snooze" aria-label="Snooze until">
        {rests(new Date(now.value)).map((rest) => (
          <button type="button" key={rest.label} class="menu-item" onClick={() => until(rest.until)}>
            {rest.label}
            <span class="spacer" />
            <span class="menu-when">{ahead(rest.until)}</span>
          </button>
        ))}
        <button type="button" class="menu-item" onClick={() => until(null)}>
          Until the visitor writes
        </button>
        <hr />
        <form class="snooze-until" onSubmit={untilWritten}>
          <input ref={field} type="datetime-local" required aria-label="Snooze until" min={local(new Date(now.value))} />
          <button type="submit" class="button button-small">
            Snooze
          </button>
        </form>
      </div>
    </>
  );
}

/** As the field writes it, in this machine's time zone. */
function local(moment: Date): string {
  return new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
