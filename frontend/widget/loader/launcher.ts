/** The round button. What it says and shows later is up to controls.ts. */
import { config, settings } from './config.ts';
import { element, icon } from './element.ts';

const BUBBLE = 'M7 3h10a5 5 0 0 1 5 5v5a5 5 0 0 1-5 5h-3l-7 4v-4a5 5 0 0 1-5-5V8a5 5 0 0 1 5-5z';

/** Filled by label() in stage.ts. */
export const words = element('span', { dir: 'auto' });

export const launcher = element(
  'button',
  { class: 'launcher', 'aria-haspopup': 'dialog', 'aria-expanded': 'false' },
  face(),
  words,
);
launcher.hidden = !!settings.hideLauncher;

/** The website's picture; where the page's policy lets none of ours in, the sign. */
function face(): Element {
  const sign = icon(BUBBLE, 'bubble');
  const { picture } = config;
  if (!picture) return sign;
  const image = element('img', { class: 'bubble', alt: '', src: picture });
  image.onerror = () => image.replaceWith(sign);
  return image;
}
