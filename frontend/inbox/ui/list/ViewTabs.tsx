/** Which conversations: the three views one needs all day, and a menu with the others. */
import { tally } from '../../list/counts.ts';
import { VIEWS, type View, type ViewKey } from '../../list/views.ts';
import { useDesk } from '../context.ts';
import { Icon } from '../Icon.tsx';

const IN_FRONT: readonly ViewKey[] = ['open', 'waiting', 'ai'];
/** Of the others nobody knows how many there are before they are all fetched. */
const WITH_COUNT: readonly ViewKey[] = ['mine', 'unassigned'];
const MENU = 'more-views';

export function ViewTabs() {
  const { lens } = useDesk();
  const front = VIEWS.filter((view) => IN_FRONT.includes(view.key));
  const behind = VIEWS.filter((view) => !IN_FRONT.includes(view.key));
  const chosen = behind.find((view) => view.key === lens.key.value);
  return (
    <div class="tabs" role="group" aria-label="Show">
      {front.map((view) => (
        <Tab key={view.key} view={view} />
      ))}
      <button type="button" class="tab tab-more" popovertarget={MENU} aria-pressed={chosen !== undefined}>
        <span class="tab-label">{chosen?.label ?? 'More'}</span> <Icon name="more" />
      </button>
      <div id={MENU} popover class="menu menu-views">
        {behind.map((view) => (
          <MenuItem key={view.key} view={view} />
        ))}
      </div>
    </div>
  );
}

function Tab({ view }: { view: View }) {
  const { lens } = useDesk();
  return (
    <button type="button" class="tab" aria-pressed={lens.key.value === view.key} onClick={() => (lens.key.value = view.key)}>
      {view.label} <Count of={view.key} />
    </button>
  );
}

function MenuItem({ view }: { view: View }) {
  const { lens } = useDesk();
  const isChosen = lens.key.value === view.key;
  return (
    <button
      type="button"
      class="menu-item"
      aria-pressed={isChosen}
      popovertarget={MENU}
      popovertargetaction="hide"
      onClick={() => (lens.key.value = view.key)}
    >
      {view.label}
      {WITH_COUNT.includes(view.key) && <Count of={view.key} />}
      <span class="spacer" />
      {isChosen && <Icon name="check" />}
    </button>
  );
}

function Count({ of }: { of: ViewKey }) {
  const { counts } = useDesk();
  const count = counts.of.value[of];
  const isExact = counts.exact.value;
  if (!count && !isExact) return null;
  return <span class="count">{tally(count, isExact)}</span>;
}
