/** What narrows the list besides its view: a label, a colleague. What is set stands below the search, to be taken away. */
import type { ComponentChildren } from 'preact';

import { useDesk } from '../context.ts';
import { Icon } from '../Icon.tsx';

const MENU = 'filters';

export function FilterButton() {
  const { directory, lens } = useDesk();
  const isSet = lens.label.value !== null || lens.agent.value !== null;
  const want = (): void => {
    directory.members.want();
    directory.labels.want();
  };
  return (
    <>
      <button type="button" class="button-icon filter-button" popovertarget={MENU} aria-label="Filters" title="Filters" aria-pressed={isSet} onClick={want}>
        <Icon name="filter" />
      </button>
      <div id={MENU} popover class="menu menu-filters">
        <Choice name="Label" value={lens.label.value ?? ''} any="Any label" choose={(value) => (lens.label.value = value || null)}>
          {named(directory.labels.all.value.map((label) => label.name), lens.label.value).map((name) => (
            <option key={name}>{name}</option>
          ))}
        </Choice>
        <Choice name="Assigned to" value={String(lens.agent.value ?? '')} any="Anybody" choose={chooseAgent}>
          {directory.members.all.value.map((member) => (
            <option key={member.id} value={member.id}>
              {member.name}
            </option>
          ))}
        </Choice>
      </div>
    </>
  );

  /** "Mine" of somebody else is nobody's. */
  function chooseAgent(value: string): void {
    lens.agent.value = Number(value) || null;
    if (value && (lens.key.peek() === 'mine' || lens.key.peek() === 'unassigned')) lens.key.value = 'open';
  }
}

interface ChoiceProps {
  name: string;
  value: string;
  any: string;
  choose: (value: string) => void;
  children: ComponentChildren;
}

function Choice({ name, value, any, choose, children }: ChoiceProps) {
  return (
    <label class="filter">
      <span>{name}</span>
      <select value={value} onChange={(event) => choose(event.currentTarget.value)}>
        <option value="">{any}</option>
        {children}
      </select>
    </label>
  );
}

export function SetFilters() {
  const { directory, lens } = useDesk();
  const label = lens.label.value;
  const agent = lens.agent.value;
  if (label === null && agent === null) return null;
  if (agent !== null) directory.members.want();
  const name = directory.members.all.value.find((member) => member.id === agent)?.name ?? 'a colleague';
  return (
    <div class="filter-chips" role="group" aria-label="Filters that are set">
      {label !== null && <Chip text={label} what={`label ${label}`} remove={() => (lens.label.value = null)} />}
      {agent !== null && <Chip text={`Assigned to ${name}`} what={`assigned to ${name}`} remove={() => (lens.agent.value = null)} />}
    </div>
  );
}

function Chip({ text, what, remove }: { text: string; what: string; remove: () => void }) {
  return (
    <span class="chip">
      <bdi>{text}</bdi>
      <button type="button" class="chip-remove" aria-label={`Remove the filter ${what}`} onClick={remove}>
        <Icon name="close" />
      </button>
    </span>
  );
}

/** One that is set stays to be chosen, though nobody keeps it any longer. */
const named = (names: readonly string[], set: string | null): readonly string[] => (set === null || names.includes(set) ? names : [set, ...names]);
