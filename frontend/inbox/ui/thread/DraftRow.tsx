/** The answer the AI is writing right now, visible as it grows; whoever writes or presses Stop ends it. */
import { useMemo } from 'preact/hooks';

import type { Thread } from '../../thread/threads.ts';
import { Avatar } from '../Avatar.tsx';
import { useDesk } from '../context.ts';
import { Icon } from '../Icon.tsx';
import { markdown } from './markdown.ts';

export function DraftRow({ id, thread }: { id: string; thread: Thread }) {
  const { conversations, boot, actions } = useDesk();
  const draft = thread.timeline.drafts.value[0];
  const content = draft?.content ?? '';
  const text = useMemo(() => markdown(content), [content]);
  if (!draft) return null;
  const site = boot.websites.find((website) => website.id === conversations.get(id)?.website_id);
  const name = site?.assistant_name || 'Assistant';
  return (
    <article class="entry entry-message entry-first entry-draft" aria-busy="true">
      <Avatar name={name} seed={name} image={site?.avatar_url} />
      <div class="entry-body">
        <p class="entry-head">
          <b>{name}</b>
          <span class="tag tag-ai">AI</span>
          <span class="writing">is writing</span>
          <button type="button" class="button button-small" onClick={() => actions.stopReply(id)}>
            <Icon name="stop" /> Stop
          </button>
        </p>
        {content ? (
          <div class="bubble bubble-draft" dir="auto">
            {text}
          </div>
        ) : (
          <Dots />
        )}
      </div>
    </article>
  );
}

export function Dots() {
  return (
    <span class="dots" aria-hidden="true">
      <i />
      <i />
      <i />
    </span>
  );
}
