/** A round picture of somebody; where there is none, initials in a colour that belongs to them. */
import { useSignal } from '@preact/signals';

export type AvatarSize = 'small' | 'medium' | 'large' | 'huge';

interface AvatarProps {
  name: string;
  /** Decides the colour, so that two people of one name look different. */
  seed: string;
  image?: string | null | undefined;
  size?: AvatarSize;
}

export function Avatar({ name, seed, image, size = 'medium' }: AvatarProps) {
  // One that was replaced meanwhile has gone from its address.
  const broken = useSignal('');
  const isShown = image && broken.value !== image;
  return (
    <span class={`avatar avatar-${size}`} style={{ '--hue': String(hueOf(seed || name)) }} aria-hidden="true">
      {isShown ? <img src={image} alt="" onError={() => (broken.value = image)} /> : initials(name)}
    </span>
  );
}

export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word));
  const first = words[0];
  if (!first) return '?';
  const last = words.length > 1 ? words[words.length - 1]! : '';
  return (head(first) + head(last)).toLocaleUpperCase();
}

/** The first letter or digit as a person counts it, not as UTF-16 does. */
const head = (word: string): string => [...word].find((sign) => /[\p{L}\p{N}]/u.test(sign)) ?? '';

export function hueOf(seed: string): number {
  let sum = 0;
  for (const sign of seed) sum = (sum * 31 + sign.codePointAt(0)!) % 3600;
  return sum % 360;
}
