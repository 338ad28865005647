/** Text of the AI and of the staff as markdown. The renderer is fetched with the first such message; until then the text stands as it is. */
import { signal } from '@preact/signals';
import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';

const renderer = signal<((source: string) => VNode) | null>(null);
let isAsked = false;

export function Rich({ content }: { content: string }) {
  if (!isAsked) fetchRenderer();
  const render = renderer.value;
  const rendered = useMemo(() => render?.(content), [render, content]);
  return <div class={render ? 'rich' : 'plain'}>{rendered ?? content}</div>;
}

function fetchRenderer(): void {
  isAsked = true;
  import('../../../shared/md.tsx')
    .then((module) => (renderer.value = module.markdown))
    .catch(() => (isAsked = false)); // Offline just now: the next message asks again.
}
