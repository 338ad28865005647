/** A message beside the launcher, which opens the chat or is sent away. */
import type { Core } from './core.ts';
import { element } from './element.ts';
import style from './teaser.css';

export function tease({ host, launcher, texts }: Core, message: string, open: () => void): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  host.shadowRoot!.adoptedStyleSheets.push(sheet);
  const said = element('button', { class: 'teaser-text', dir: 'auto' }, message);
  const close = element('button', { class: 'teaser-close', 'aria-label': texts()[6] }, '×');
  const teaser = element('div', { class: 'teaser', role: 'status' }, said, close);
  said.onclick = () => {
    teaser.remove();
    open();
  };
  close.onclick = () => teaser.remove();
  launcher.addEventListener('click', () => teaser.remove(), { once: true });
  launcher.before(teaser);
}
