/** The inbox's commands. Whoever gives something a key writes it here; keyboard, hints and sheet follow. */
import type { Command } from './commands.ts';
import type { Inbox } from './inbox_state.ts';
import type { Mode } from './thread/composing.ts';
import { closeDetails, openDetails } from './ui/details/DetailsPane.tsx';
import { ASSIGN_FIELD, LABEL_FIELD } from './ui/details/Tending.tsx';
import { openSheet } from './ui/ShortcutSheet.tsx';
import { openCannedReplies } from './ui/canned/CannedHost.tsx';
import { openPalette } from './ui/palette/PaletteHost.tsx';
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
    { id: 'snooze', section: 'This conversation', label: 'Snooze', keys: ['z'], run: selected(() => document.getElementById(SNOOZE_BUTTON)?.click()) },
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
    { id: 'home', section: 'Elsewhere', label: 'Go to the inbox', keys: ['g i'], run: () => goHome(inbox) },
    { id: 'sheet', section: 'Elsewhere', label: 'Keyboard shortcuts', keys: ['[Shift]+?'], run: openSheet },
  ];
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

function goHome(inbox: Inbox): void {
  inbox.lens.key.value = 'open';
  inbox.select(null);
}

function focus(id: string): void {
  // After the next render: the field may just be coming up.
  requestAnimationFrame(() => document.getElementById(id)?.focus());
}

function isInList(target: EventTarget | null): boolean {
  return target === document.body || (target instanceof Element && target.closest('#conversation-list') !== null);
}
