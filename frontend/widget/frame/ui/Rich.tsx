import { useMemo } from 'preact/hooks';

import { fetchWords, words } from '../words.ts';

export function Rich({ content }: { content: string }) {
  void fetchWords();
  const markdown = words.value?.markdown;
  const rendered = useMemo(() => markdown?.(content), [markdown, content]);
  return <div class={markdown ? 'rich' : 'plain'} dir="auto">{rendered ?? content}</div>;
}
