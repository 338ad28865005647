/** The text of a message. Staff and AI write Markdown; what a visitor typed is shown exactly as typed, with links made usable. */
import { useMemo } from 'preact/hooks';
import type { ComponentChildren } from 'preact';

import { isHarmless } from '../../../shared/links.ts';
import type { Message } from '../../../shared/protocol.d.ts';
import { markdown } from './markdown.ts';

export function Body({ message }: { message: Message }) {
  const isPlain = message.role === 'user';
  const text = useMemo(() => (isPlain ? withLinks(message.content) : markdown(message.content)), [message.content, isPlain]);
  return (
    <div class={isPlain ? 'bubble bubble-plain' : 'bubble'} dir="auto">
      {text}
    </div>
  );
}

const ADDRESS = /(https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]])/g;

export function withLinks(text: string): ComponentChildren {
  return text.split(ADDRESS).map((part, place) => {
    const isAddress = place % 2 === 1 && isHarmless(part);
    return isAddress ? (
      <a key={place} href={part} target="_blank" rel="noopener noreferrer nofollow">
        {part}
      </a>
    ) : (
      part
    );
  });
}
