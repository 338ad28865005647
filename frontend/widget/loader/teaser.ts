/** A message beside the launcher, which opens the chat or is sent away. */
import type { Core } from './core.ts';
import { element } from './element.ts';
import style from './teaser.css';

export function tease({ dress, launcher, settings, leaving: { signal } }: Core, message: string, dismiss: string, open: () => void, onEnd: () => void): void {
  dress(style);
  const said = element('button', { class: 'teaser-text', dir: 'auto' }, message);
  const close = element('button', { class: 'teaser-close', 'aria-label': dismiss }, '×');
  const teaser = element('div', { class: 'teaser', role: 'status' }, said, close);
  teaser.style.colorScheme = settings.colorScheme ?? '';
  const end = (): void => {
    teaser.remove();
    onEnd();
  };
  said.onclick = () => {
    end();
    open();
  };
  close.onclick = end;
  addEventListener('chatplatform:opened', end, { once: true, signal });
  launcher.before(teaser);
}
