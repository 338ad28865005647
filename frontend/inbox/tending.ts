/** How a conversation is looked after besides being answered: its labels, its priority, its rest. */
import type { Api } from '../shared/http.ts';
import type { StaffConversation } from '../shared/protocol.d.ts';
import type { Actions } from './actions.ts';
import type { Toasts } from './alerts/toasts.ts';
import type { Directory, Label } from './directory.ts';
import type { Conversations } from './list/conversations.ts';
import { visitorName } from './list/reading.ts';
import { lately, rightNow } from './time.ts';

type Priority = StaffConversation['priority'];

export interface Tending {
  setPriority(id: string, priority: Priority): Promise<void>;
  /** Puts a label on; one that the organisation does not know yet becomes known. */
  addLabel(id: string, name: string): Promise<void>;
  removeLabel(id: string, name: string): Promise<void>;
  /** Until a moment; null: until the visitor writes again. */
  snooze(id: string, until: Date | null): Promise<void>;
  wake(id: string): Promise<void>;
}

export interface TendingOptions {
  api: Pick<Api, 'post'>;
  actions: Actions;
  conversations: Conversations;
  directory: Directory;
  toasts: Toasts;
  leave: (id: string) => void;
  comeBack: (id: string) => void;
}

export function createTending({ api, actions, conversations, directory, toasts, leave, comeBack }: TendingOptions): Tending {
  async function setPriority(id: string, priority: Priority): Promise<void> {
    const before = conversations.get(id)?.priority;
    if (!(await actions.patch(id, { priority }, { priority }, 'Could not set the priority')) || !before) return;
    const back = () => void actions.patch(id, { priority: before }, { priority: before }, 'Could not set the priority');
    toasts.show({ text: `Priority: ${priority}`, detail: visitorName(conversations.get(id)), action: { label: 'Undo', run: back }, subject: 'priority' });
  }

  async function setLabels(id: string, labels: string[]): Promise<boolean> {
    return actions.patch(id, { labels }, { labels }, 'Could not set the labels');
  }

  async function addLabel(id: string, name: string): Promise<void> {
    const one = conversations.get(id);
    const known = directory.labels.all.peek().find((label) => same(label.name, name));
    const label = known?.name ?? name;
    if (!one || !(await putOn(id, label))) return;
    toasts.show({ text: `Label ${label} added`, action: { label: 'Undo', run: () => void takeOff(id, label) }, subject: 'label' });
    if (known) return;
    // Known or not, the conversation has it; without the answer it is offered to nobody else.
    const made = await api.post<Label>('labels/', { website: one.website_id, name }).catch(() => null);
    if (made) directory.labels.put(made);
  }

  async function removeLabel(id: string, name: string): Promise<void> {
    if (!(await takeOff(id, name))) return;
    toasts.show({ text: `Label ${name} removed`, action: { label: 'Undo', run: () => void putOn(id, name) }, subject: 'label' });
  }

  /** False when nothing changed: it is there already, or the server said no. */
  async function putOn(id: string, name: string): Promise<boolean> {
    const labels = conversations.get(id)?.labels;
    return !!labels && !labels.some((has) => same(has, name)) && setLabels(id, [...labels, name]);
  }

  async function takeOff(id: string, name: string): Promise<boolean> {
    const labels = conversations.get(id)?.labels;
    return !!labels && setLabels(id, labels.filter((has) => has !== name));
  }

  async function snooze(id: string, until: Date | null): Promise<void> {
    const moment = until?.toISOString() ?? null;
    const name = visitorName(conversations.get(id));
    leave(id);
    const undo = (): void => {
      comeBack(id);
      void wake(id);
    };
    const text = moment ? `Snoozed until ${ahead(until!)}` : 'Snoozed until an answer comes';
    const toast = toasts.show({ text, detail: name, action: { label: 'Undo', run: undo }, subject: 'resolve' });
    const state = { status: 'snoozed', snoozed_until: moment } as const;
    if (await actions.patch(id, state, state, 'Could not snooze')) return;
    toasts.close(toast);
    comeBack(id);
  }

  async function wake(id: string): Promise<void> {
    await actions.patch(id, { status: 'open', snoozed_until: null }, { status: 'open' }, 'Could not wake');
  }

  return { setPriority, addLabel, removeLabel, snooze, wake };
}

const same = (a: string, b: string): boolean => a.toLocaleLowerCase() === b.toLocaleLowerCase();

const soon = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });

/** "14:05" today, "Tue, 3 Mar, 09:00" on another day. */
export function ahead(moment: Date, now = new Date(rightNow())): string {
  return moment.toDateString() === now.toDateString() ? lately(moment.toISOString(), now.getTime()) : soon.format(moment);
}

export interface Rest {
  readonly label: string;
  readonly until: Date;
}

/** What one usually waits for, from now. */
export function rests(now: Date): Rest[] {
  const at = (days: number, hour: number): Date => new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, hour);
  const toMonday = (8 - now.getDay()) % 7 || 7;
  const all = [
    { label: 'In one hour', until: new Date(now.getTime() + 3_600_000) },
    { label: 'In three hours', until: new Date(now.getTime() + 3 * 3_600_000) },
    { label: 'Tomorrow morning', until: at(1, 9) },
  ];
  return toMonday === 1 ? all : [...all, { label: 'On Monday', until: at(toMonday, 9) }];
}
