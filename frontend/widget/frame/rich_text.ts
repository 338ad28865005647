/** Markdown, the style of what it becomes, and how it is read aloud: fetched together, with the first message that needs them. */
import style from './css/rich.css';
import { wear } from './lazy.ts';
import type { Thumbs, ThumbTools } from './thumbs.ts';

export { createMarkdown } from '../../shared/md.ts';
export { plainText } from '../../shared/plain.ts';

/** They come after the text, which is what was waited for. */
export function createThumbs(tools: ThumbTools): Thumbs {
  const thumbs = tools.signal<{ show: Thumbs } | null>(null);
  import('./thumbs.ts').then(({ create }) => (thumbs.value = { show: create(tools) }), () => undefined);
  return (chat, entry) => thumbs.value?.show(chat, entry);
}

wear(style);
