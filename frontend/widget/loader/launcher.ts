/** The round button. What it says and shows later is up to controls.ts. */
import { settings } from './config.ts';
import { element, icon } from './element.ts';

const BUBBLE = 'M7 3h10a5 5 0 0 1 5 5v5a5 5 0 0 1-5 5h-3l-7 4v-4a5 5 0 0 1-5-5V8a5 5 0 0 1 5-5z';
const CHEVRON = 'M7 8l5 5 5-5 2 2-7 7-7-7z';

export const badge = element('span', { class: 'badge', hidden: '' });
const text = settings.launcherText ?? '';

export const launcher = element(
  'button',
  { class: 'launcher', 'aria-haspopup': 'dialog', 'aria-expanded': 'false' },
  icon(BUBBLE, 'bubble'),
  icon(CHEVRON, 'chevron'),
  element('span', { dir: 'auto' }, text),
  badge,
);
launcher.hidden = !!settings.hideLauncher;
