/** The inbox's commands. Whoever gives something a key writes it here; keyboard, hints and sheet follow. */
import type { Signal } from '@preact/signals';

import type { Command } from './commands.ts';
import type { Inbox } from './inbox_state.ts';
import type { ViewKey } from './list/views.ts';
import type { Mode } from './thread/composing.ts';
import { closeDetails, openDetails } from './ui/details/DetailsPane.tsx';
import { ASSIGN_FIELD, LABEL_FIELD } from './ui/details/Tending.tsx';
import { openSheet } from './ui/ShortcutSheet.tsx';
import { openAlerts, openCannedReplies, openHours, openPalette, openPicture } from './ui/lazy_dialogs.tsx';
import { SNOOZE_BUTTON } from './ui/thread/Snooze.tsx';

export function inboxCommands(inbox: Inbox): readonly Command[] {
  const { actions, assistance, conversations, compositions, route } = inbox;

  const selected = (act: (id: string) => void) => (event: KeyboardEvent): void => {
    const id = route.selected.peek();
    if (!id) return;
    event.preventDefault();
    act(id);
  };
  const move = (by: number) => (event: KeyboardEvent): void => {
    if (event.key.startsWith('Arrow') && !isInList(event.target)) return;
    event.preventDefault();
    inbox.move(by);
  };
  const write = (mode: Mode) =>
    selected((id) => {
      compositions.write(id, { mode });
      focus('composer');
    });
  const resolve = (id: string): void => {
    const isResolved = conversations.get(id)?.status === 'resolved';
    void (isResolved ? actions.reopen(id) : actions.resolve(id));
  };
  const markUnread = (id: string): void => {
    inbox.select(null);
    inbox.marks.set(id, true);
  };
  /** On a link or button Enter already means something. */
  const open = (event: KeyboardEvent): void => {
    const isInRow = event.target instanceof Element && event.target.closest('.row') !== null;
    if (!isInRow && event.target instanceof Element && event.target.closest('a, button, summary')) return;
    selected(() => focus('composer'))(event);
  };
  const palette = (event: KeyboardEvent): void => {
    event.preventDefault();
    openPalette(inbox.toasts);
  };
  /** What the last toast offers to take back. */
  const undo = (event: KeyboardEvent): void => {
    const toast = inbox.toasts.list.peek().findLast((one) => one.action?.label === 'Undo');
    if (!toast) return;
    event.preventDefault();
    inbox.toasts.close(toast.id);
    toast.action?.run();
  };
  const back = (): void => {
    if (document.querySelector(':popover-open')) return; // The browser closes that.
    if (!closeDetails()) inbox.select(null);
  };

  return [
    { id: 'next', section: 'Conversations', label: 'Next', keys: ['j', 'ArrowDown'], run: move(1) },
    { id: 'previous', section: 'Conversations', label: 'Previous', keys: ['k', 'ArrowUp'], run: move(-1) },
    { id: 'open', section: 'Conversations', label: 'Open and write', keys: ['Enter'], run: open, staysOn: true },
    { id: 'back', section: 'Conversations', label: 'Close, or leave the field', keys: ['Escape'], run: back, staysOn: true },
    { id: 'resolve', section: 'This conversation', label: 'Resolve, or reopen', keys: ['e'], run: selected(resolve) },
    { id: 'assign', section: 'This conversation', label: 'Assign to me', keys: ['i'], run: selected((id) => void actions.assignToMe(id)) },
    { id: 'assign-other', section: 'This conversation', label: 'Assign', keys: ['a'], run: selected(() => openField(ASSIGN_FIELD)) },
    { id: 'snooze', section: 'This conversation', label: 'Snooze', keys: ['z'], run: selected(() => openMenu(SNOOZE_BUTTON)) },
    { id: 'undo', section: 'This conversation', label: 'Undo', keys: ['$mod+z'], run: undo, staysOn: true },
    { id: 'unread', section: 'This conversation', label: 'Mark as unread, and close', keys: ['u'], run: selected(markUnread) },
    { id: 'label', section: 'This conversation', label: 'Add a label', keys: ['t'], run: selected(() => openField(LABEL_FIELD)) },
    { id: 'reply', section: 'Writing', label: 'Reply', keys: ['r'], run: write('reply') },
    { id: 'note', section: 'Writing', label: 'Note for the team', keys: ['n'], run: write('note') },
    { id: 'draft', section: 'Writing', label: 'Draft a reply with AI', keys: ['d'], run: selected((id) => void assistance.draft(id)) },
    { id: 'summary', section: 'Writing', label: 'Summarise in a note', keys: ['s'], run: selected((id) => void assistance.summarise(id)) },
    { id: 'send', section: 'Writing', label: 'Send', keys: ['$mod+Enter'], run: () => undefined, listedOnly: true },
    { id: 'send-resolve', section: 'Writing', label: 'Send and resolve', keys: ['$mod+Shift+Enter'], run: () => undefined, listedOnly: true },
    { id: 'canned', section: 'Writing', label: 'Canned reply, at the start of a line', keys: ['/'], run: () => undefined, listedOnly: true },
    { id: 'search', section: 'Elsewhere', label: 'Search', keys: ['/'], run: search },
    { id: 'palette', section: 'Elsewhere', label: 'All commands', keys: ['$mod+k'], run: palette, staysOn: true, everywhere: true },
    { id: 'canned-replies', section: 'Elsewhere', label: 'Canned replies', keys: ['g c'], run: () => openCannedReplies(inbox.toasts) },
    { id: 'alerts', section: 'Elsewhere', label: 'Alerts: set up and try', keys: ['g a'], run: () => openAlerts(inbox.toasts) },
    { id: 'hours', section: 'Elsewhere', label: 'Your hours', keys: ['g h'], run: () => openHours(inbox.toasts) },
    { id: 'picture', section: 'Elsewhere', label: 'Your picture', keys: ['g p'], run: () => openPicture(inbox.toasts) },
    { id: 'home', section: 'Elsewhere', label: 'Go to the inbox', keys: ['g i'], run: () => goTo(inbox, 'open') },
    { id: 'resolved', section: 'Elsewhere', label: 'Go to what is resolved', keys: ['g r'], run: () => goTo(inbox, 'resolved') },
    ...(inbox.boot.manage_url ? [settings(inbox.boot.manage_url)] : []),
    { id: 'list', section: 'Elsewhere', label: 'Hide or show the list', keys: ['['], run: toggle(inbox.preferences.list) },
    { id: 'panel', section: 'Elsewhere', label: 'Hide or show the details', keys: [']'], run: toggle(inbox.preferences.panel) },
    { id: 'sheet', section: 'Elsewhere', label: 'Keyboard shortcuts', keys: ['[Shift]+?'], run: openSheet },
  ];
}

/** From where the focus is, the Tab key goes into what has opened. */
function openMenu(id: string): void {
  const button = document.getElementById(id);
  button?.focus();
  button?.click();
}

function search(event: KeyboardEvent): void {
  event.preventDefault();
  focus('search');
}

/** A field of the panel, which may be closed where there is no room. */
function openField(id: string): void {
  openDetails();
  focus(id);
}

function goTo(inbox: Inbox, view: ViewKey): void {
  inbox.lens.search.value = '';
  inbox.lens.key.value = view;
  inbox.select(null);
}

function settings(address: string): Command {
  return { id: 'settings', section: 'Elsewhere', label: 'Go to the settings', keys: ['g s'], run: () => location.assign(address) };
}

const toggle = (value: Signal<boolean>) => (): void => void (value.value = !value.peek());

function focus(id: string): void {
  // At once, so that the next key is not taken for a command; or after the next render, where the field just comes up.
  document.getElementById(id)?.focus();
  if (document.activeElement?.id !== id) requestAnimationFrame(() => document.getElementById(id)?.focus());
}

function isInList(target: EventTarget | null): boolean {
  return target === document.body || (target instanceof Element && target.closest('#conversation-list') !== null);
}
