/** The round button, its badge and its label. */
import { config, settings } from './config.ts';
import { element, icon } from './element.ts';

const BUBBLE = 'M7 3h10a5 5 0 0 1 5 5v5a5 5 0 0 1-5 5h-3l-7 4v-4a5 5 0 0 1-5-5V8a5 5 0 0 1 5-5z';
const CHEVRON = 'M7 8l5 5 5-5 2 2-7 7-7-7z';

const badge = element('span', { class: 'badge' });
const text = settings.launcherText ?? '';

export const launcher = element(
  'button',
  { class: 'launcher', 'aria-haspopup': 'dialog' },
  icon(BUBBLE, 'bubble'),
  icon(CHEVRON, 'chevron'),
  element('span', { dir: 'auto' }, text),
  badge,
);
launcher.hidden = !!settings.hideLauncher;

let isOpen = false;
let unread = 0;
let unreadLabel = '';

export function showOpen(open: boolean): void {
  isOpen = open;
  update();
}

export function showUnread(count: number, label: string): void {
  unread = count;
  unreadLabel = label;
  update();
}

function update(): void {
  // The name begins with the visible text, so that who speaks to the computer can say what they see.
  const name = text || config.texts.open;
  launcher.classList.toggle('open', isOpen);
  launcher.setAttribute('aria-expanded', `${isOpen}`);
  launcher.setAttribute('aria-label', isOpen ? config.texts.close : unread ? `${name}, ${unreadLabel}` : name);
  badge.hidden = isOpen || !unread;
  badge.textContent = unread > 9 ? '9+' : `${unread}`;
}

update();
