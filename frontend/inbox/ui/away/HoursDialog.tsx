/** When this person takes conversations: spans of the week in their own time zone. Outside of them they count as away. */
import { useEffect, useRef } from 'preact/hooks';
import { useSignal, type Signal } from '@preact/signals';

import { DAYS, hoursOf, type DayKey, type Hours } from '../../hours.ts';
import { useDesk } from '../context.ts';
import { Icon } from '../Icon.tsx';

export function HoursDialog({ close }: { close: () => void }) {
  const { boot, directory } = useDesk();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
    directory.members.want();
  }, []);
  const mine = directory.members.all.value.find((member) => member.id === boot.user.id);
  return (
    <dialog ref={dialog} class="merge hours" aria-labelledby="hours-title" onClose={close}>
      <header class="canned-head">
        <h2 id="hours-title">Your hours</h2>
        <button type="button" class="button-icon" aria-label="Close" onClick={() => dialog.current?.close()}>
          <Icon name="close" />
        </button>
      </header>
      {mine ? <Form key={mine.id} given={mine.hours} close={() => dialog.current?.close()} /> : <p role="status">Loading…</p>}
    </dialog>
  );
}

function Form({ given, close }: { given: Hours; close: () => void }) {
  const { away } = useDesk();
  const hours = useSignal<Hours>(hoursOf(given));
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (await away.setHours(hours.value)) close();
  };
  return (
    <form onSubmit={(event) => void save(event)}>
      <p class="quiet">Outside of them nothing is given to you, and visitors do not see you as there. What you write is sent all the same.</p>
      <label class="menu-item toggle">
        <span>Only at these hours</span>
        <input type="checkbox" role="switch" checked={hours.value.enabled} onChange={(event) => (hours.value = { ...hours.value, enabled: event.currentTarget.checked })} />
      </label>
      {hours.value.enabled && <Week hours={hours} />}
      <footer>
        <button type="button" class="button" onClick={close}>
          Cancel
        </button>
        <button type="submit" class="button button-primary">
          Save
        </button>
      </footer>
    </form>
  );
}

function Week({ hours }: { hours: Signal<Hours> }) {
  const zones = Intl.supportedValuesOf('timeZone');
  const known = zones.includes(hours.value.time_zone) ? zones : [hours.value.time_zone, ...zones];
  return (
    <>
      <label class="filter">
        <span>Time zone</span>
        <select value={hours.value.time_zone} onChange={(event) => (hours.value = { ...hours.value, time_zone: event.currentTarget.value })}>
          {known.map((zone) => (
            <option key={zone}>{zone}</option>
          ))}
        </select>
      </label>
      <table class="hours-week">
        <caption class="sr-only">Hours of the week</caption>
        <tbody>
          {DAYS.map(([day, name]) => (
            <DayRow key={day} day={day} name={name} hours={hours} />
          ))}
        </tbody>
      </table>
    </>
  );
}

/** One span a day; a day that has several, as the REST interface lets one set, keeps the others. */
function DayRow({ day, name, hours }: { day: DayKey; name: string; hours: Signal<Hours> }) {
  const [first, ...others] = hours.value.week[day] ?? [];
  const put = (spans: Hours['week'][DayKey]): void => void (hours.value = { ...hours.value, week: { ...hours.value.week, [day]: spans } });
  const time = (side: 'start' | 'end') => (
    <input
      type="time"
      required
      aria-label={`${name}, ${side === 'start' ? 'from' : 'to'}`}
      value={first?.[side] === '24:00' ? '23:59' : first?.[side]}
      onChange={(event) => first && put([{ ...first, [side]: event.currentTarget.value }, ...others])}
    />
  );
  return (
    <tr>
      <th scope="row">
        <label class="merge-choice">
          <input type="checkbox" checked={first !== undefined} onChange={(event) => put(event.currentTarget.checked ? [{ start: '09:00', end: '17:00' }] : [])} />
          {name}
        </label>
      </th>
      <td>{first ? <span class="hours-span">{time('start')} – {time('end')}{others.length > 0 && ` and ${others.length} more`}</span> : <span class="quiet">Not there</span>}</td>
    </tr>
  );
}
