/** Everything that has a key: one table for the keyboard, the buttons' hints and the sheet that explains them. */
import { tinykeys } from 'tinykeys';

export interface Command {
  readonly id: string;
  readonly section: 'Conversations' | 'This conversation' | 'Writing' | 'Elsewhere';
  readonly label: string;
  /** As tinykeys writes them; the first is the one that is shown. */
  readonly keys: readonly string[];
  readonly run: (event: KeyboardEvent) => void;
  /** No single character, so it stays when those are switched off (WCAG 2.1.4). */
  readonly staysOn?: boolean;
  /** In fields, too. */
  readonly everywhere?: boolean;
  /** Handled where it happens (the composer); listed here for the sheet only. */
  readonly listedOnly?: boolean;
}

export function listenForKeys(commands: readonly Command[], isOn: () => boolean): () => void {
  const used = commands.filter((command) => !command.listedOnly).flatMap((command) => command.keys.map((key) => [key, command] as const));
  // The first that matches is the one that runs: after a "g", an "i" is the end of "g i" and not itself.
  const longestFirst = used.sort(([a], [b]) => presses(b) - presses(a));
  const bindings = Object.fromEntries(longestFirst.map(([key, command]) => [key, (event: KeyboardEvent) => run(command, event, isOn())]));
  return tinykeys(window, bindings, { ignore: () => false });
}

const presses = (binding: string): number => binding.split(' ').length;

function run(command: Command, event: KeyboardEvent, isOn: boolean): void {
  if (event.defaultPrevented || event.isComposing) return;
  if (isBusy(event.target, command) || !(isOn || command.staysOn)) return;
  command.run(event);
}

/** Keys mean something else in text fields, in dialogs, and arrows in anything that scrolls or opens by them. */
function isBusy(target: EventTarget | null, command: Command): boolean {
  const busy = command.everywhere ? 'dialog[open]' : 'input, textarea, select, [contenteditable], dialog[open], :popover-open';
  // Of a dialog whose focused button has gone, the whole page is the target.
  return target instanceof Element && (target.closest(busy) ?? document.querySelector('dialog[open]')) !== null;
}

const NAMES: Record<string, string> = {
  ArrowDown: '↓',
  ArrowUp: '↑',
  Enter: '↵',
  Escape: 'Esc',
  $mod: isMac() ? '⌘' : 'Ctrl',
};

/** The keys of a binding as they are written on the keyboard: ["g", "i"], ["⌘", "↵"]. */
export function keyCaps(binding: string): string[] {
  const cap = (key: string): string => NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key);
  return binding.split(' ').flatMap((press) => press.replace(/\[\w+\]\+/g, '').split('+').map(cap));
}

export function capsOf(commands: readonly Command[], id: string): string[] {
  const command = commands.find((one) => one.id === id);
  return command?.keys[0] ? keyCaps(command.keys[0]) : [];
}

function isMac(): boolean {
  return typeof navigator !== 'undefined' && /mac|iphone|ipad/i.test(navigator.platform);
}
