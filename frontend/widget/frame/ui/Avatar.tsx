import { useSignal } from '@preact/signals';

import { Icon } from './icons.tsx';

export interface Face {
  name: string;
  image?: string | null;
  isAssistant?: boolean;
  /** The website itself, in its own colours. */
  isHouse?: boolean;
}

export function Avatar({ face }: { face: Face }) {
  // One that was replaced meanwhile has gone from its address.
  const broken = useSignal('');
  const { name, image, isAssistant, isHouse } = face;
  // Lazy: a picture that does not come must not hold up the document's `load`, with which the page greets us.
  const isShown = image && broken.value !== image;
  return (
    <span class={`avatar${isAssistant ? ' avatar-assistant' : isHouse ? ' avatar-house' : ''}`} style={{ '--hue': String(hueOf(name)) }} aria-hidden="true">
      {isShown ? <img loading="lazy" src={image} alt="" onError={() => (broken.value = image)} /> : isAssistant ? <Icon name="spark" /> : initials(name, isHouse ? 1 : 2)}
    </span>
  );
}

const initials = (name: string, count: number): string =>
  name
    .split(/\s+/)
    .slice(0, count)
    .map((word) => [...word][0] ?? '')
    .join('')
    .toLocaleUpperCase();

/** The same person has the same colour everywhere. */
function hueOf(name: string): number {
  let hash = 7;
  for (const letter of name) hash = (hash * 31 + letter.codePointAt(0)!) % 360;
  return hash;
}
