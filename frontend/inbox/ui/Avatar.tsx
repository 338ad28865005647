/** A round picture of somebody: initials in a colour that belongs to them. */

export type AvatarSize = 'small' | 'medium' | 'large';

/** `seed` decides the colour, so that two people of one name look different. */
export function Avatar({ name, seed, size = 'medium' }: { name: string; seed: string; size?: AvatarSize }) {
  return (
    <span class={`avatar avatar-${size}`} style={{ '--hue': String(hueOf(seed || name)) }} aria-hidden="true">
      {initials(name)}
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
