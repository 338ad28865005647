/** Whose it is, how urgent it is, and its labels: each changed where it stands. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

import type { StaffConversation } from '../../../shared/protocol.d.ts';
import { useDesk } from '../context.ts';
import { Icon } from '../Icon.tsx';

type Priority = StaffConversation['priority'];

const PRIORITIES: readonly (readonly [Priority, string])[] = [
  ['low', 'Low'],
  ['normal', 'Normal'],
  ['high', 'High'],
  ['urgent', 'Urgent'],
];
export const ASSIGN_FIELD = 'assign-to';
export const LABEL_FIELD = 'add-label';
const KNOWN_LABELS = 'known-labels';

/** Back to where single keys are commands; while a list is open, the browser closes it with the same key. */
function leaveOnEscape(event: KeyboardEvent): void {
  if (event.key === 'Escape') (event.currentTarget as HTMLElement).blur();
}

export function Assignment({ one }: { one: StaffConversation }) {
  const { actions, directory } = useDesk();
  useEffect(directory.members.want, [one.id]);
  const here = directory.members.all.value.filter((member) => member.websites.includes(one.website_id));
  const { assignee } = one;
  const isGone = assignee && !here.some((member) => member.id === assignee.id);
  const choose = (value: string): void => {
    const member = here.find((known) => known.id === Number(value));
    void actions.assign(one.id, member ? { id: member.id, name: member.name, avatar_url: member.avatar_url } : null);
  };
  return (
    <select
      id={ASSIGN_FIELD}
      class="detail-select"
      aria-label="Assigned to"
      value={String(assignee?.id ?? '')}
      onChange={(event) => choose(event.currentTarget.value)}
      onKeyDown={leaveOnEscape}
    >
      <option value="">Nobody</option>
      {isGone && <option value={String(assignee.id)}>{assignee.name}</option>}
      {here.map((member) => (
        <option key={member.id} value={String(member.id)}>
          {member.name}
          {member.takes.includes(one.website_id) ? '' : ' (away)'}
        </option>
      ))}
    </select>
  );
}

export function PriorityChoice({ one }: { one: StaffConversation }) {
  const { tending } = useDesk();
  return (
    <select
      class="detail-select"
      aria-label="Priority"
      value={one.priority}
      onChange={(event) => void tending.setPriority(one.id, event.currentTarget.value as Priority)}
      onKeyDown={leaveOnEscape}
    >
      {PRIORITIES.map(([priority, label]) => (
        <option key={priority} value={priority}>
          {label}
        </option>
      ))}
    </select>
  );
}

export function Labels({ one }: { one: StaffConversation }) {
  const { directory, tending } = useDesk();
  const text = useSignal('');
  useEffect(directory.labels.want, [one.id]);
  const add = (event: Event): void => {
    event.preventDefault();
    const name = text.value.trim();
    text.value = '';
    if (name) void tending.addLabel(one.id, name);
  };
  return (
    <>
      <h3>Labels</h3>
      {one.labels.length > 0 && (
        <ul role="list" class="labels">
          {one.labels.map((name) => (
            <li key={name} class="chip">
              <LabelMark name={name} />
              <bdi>{name}</bdi>
              <button type="button" class="chip-remove" aria-label={`Remove the label ${name}`} onClick={() => void tending.removeLabel(one.id, name)}>
                <Icon name="close" />
              </button>
            </li>
          ))}
        </ul>
      )}
      <form class="add-label" onSubmit={add}>
        <input
          id={LABEL_FIELD}
          list={KNOWN_LABELS}
          aria-label="Add a label"
          placeholder="Add a label"
          maxLength={60}
          autocomplete="off"
          value={text.value}
          onInput={(event) => (text.value = event.currentTarget.value)}
          onKeyDown={leaveOnEscape}
        />
        <button type="submit" class="button button-small">
          Add
        </button>
        <datalist id={KNOWN_LABELS}>
          {directory.labels.all.value
            .filter((label) => !one.labels.includes(label.name))
            .map((label) => (
              <option key={label.id} value={label.name} />
            ))}
        </datalist>
      </form>
    </>
  );
}

/** The colour only decorates: the name stands beside it. */
export function LabelMark({ name }: { name: string }) {
  const { directory } = useDesk();
  const color = directory.labels.all.value.find((label) => label.name === name)?.color;
  return <span class="label-mark" style={color ? { background: color } : undefined} aria-hidden="true" />;
}
