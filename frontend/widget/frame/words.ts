/** Text of the AI and of the staff. What shows it and reads it aloud comes with the first message; until then it stands as it is. */
import { signal } from '@preact/signals';
import { createElement } from 'preact';

import { isHarmless } from '../../shared/links.ts';
import type { Markdown } from '../../shared/md.ts';

export interface Words {
  markdown: Markdown;
  plainText: (source: string) => string;
}

export const words = signal<Words | null>(null);

let asked: Promise<void> | null = null;

export function fetchWords(): Promise<void> {
  asked ??= import('./rich_text.ts').then(
    ({ createMarkdown, plainText }) => void (words.value = { markdown: createMarkdown({ h: createElement, isHarmless }), plainText }),
    () => void (asked = null), // Offline just now: the next message asks again.
  );
  return asked;
}
