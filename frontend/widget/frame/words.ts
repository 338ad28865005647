/** Text of the AI and of the staff. What shows it and reads it aloud comes with the first message; until then it stands as it is. */
import { signal } from '@preact/signals';
import { createElement } from 'preact';

import { isHarmless } from '../../shared/links.ts';
import type { Markdown } from '../../shared/md.ts';
import { text } from './boot.ts';
import { askElsewhere } from './lazy.ts';
import type { Thumbs } from './thumbs.ts';

export interface Words {
  markdown: Markdown;
  plainText: (source: string) => string;
  thumbs: Thumbs;
}

export const TOOLS = { h: createElement, isHarmless, signal, text };

export const words = signal<Words | null>(null);

let asked: Promise<void> | null = null;

export function fetchWords(): Promise<void> {
  asked ??= import('./rich_text.ts').then(
    ({ createMarkdown, createThumbs, plainText }) => void (words.value = { markdown: createMarkdown(TOOLS), plainText, thumbs: createThumbs(TOOLS) }),
    () => {
      asked = null; // Offline just now: the next message asks again.
      askElsewhere();
    },
  );
  return asked;
}
