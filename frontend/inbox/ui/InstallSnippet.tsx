/** For a website nobody has chatted on yet: the one line to paste. */
import { useSignal } from '@preact/signals';

import type { Website } from '../boot.ts';
import { useDesk } from './context.ts';
import { Icon } from './Icon.tsx';

export function InstallSnippet() {
  const { boot } = useDesk();
  if (!boot.websites.length) return <NoWebsite />;
  return (
    <div class="blank blank-wide">
      <Icon name="chat" />
      <h2>No conversations yet</h2>
      <p>Paste this line into your website’s pages. The first visitor who writes appears here by themselves.</p>
      {boot.websites.map((website) => (
        <Snippet key={website.id} website={website} />
      ))}
    </div>
  );
}

function NoWebsite() {
  return (
    <div class="blank">
      <Icon name="inbox" />
      <h2>No website yet</h2>
      <p>You are logged in, but no website is open to you. Ask the owner or an admin of your team to add you.</p>
    </div>
  );
}

function Snippet({ website }: { website: Website }) {
  const { boot, toasts } = useDesk();
  const copied = useSignal(false);
  const line = `<script async src="${boot.public_url}/widget/${website.website_key}.js"></script>`;
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(line);
      copied.value = true;
    } catch {
      toasts.error('Could not copy', 'Select the line and copy it by hand.');
    }
  };
  return (
    <figure class="snippet">
      <figcaption>{website.name}</figcaption>
      <code tabIndex={0}>{line}</code>
      <button type="button" class="button" onClick={() => void copy()}>
        <Icon name={copied.value ? 'check' : 'copy'} /> {copied.value ? 'Copied' : 'Copy'}
      </button>
    </figure>
  );
}
