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
  const isBroken = useSignal(false);
  if (face.isAssistant) {
    return (
      <span class="avatar avatar-assistant" aria-hidden="true">
        <Icon name="spark" />
      </span>
    );
  }
  // Only pictures of our own: any other address is refused by the page's policy.
  const image = face.image && new URL(face.image, location.href).origin === location.origin ? face.image : null;
  return (
    <span class={face.isHouse ? 'avatar avatar-house' : 'avatar'} style={{ '--hue': String(hueOf(face.name)) }} aria-hidden="true">
      {image && !isBroken.value ? <img src={image} alt="" onError={() => (isBroken.value = true)} /> : initials(face.name, face.isHouse ? 1 : 2)}
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
