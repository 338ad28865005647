import type { Source } from '../../../shared/protocol.d.ts';
import { isHarmless } from '../../../shared/links.ts';
import { text } from '../boot.ts';
import { Icon } from './icons.tsx';

export function Sources({ sources }: { sources: readonly Source[] }) {
  const shown = sources.filter((source, at) => sources.findIndex((other) => other.url === source.url && other.title === source.title) === at);
  if (!shown.length) return null;
  return (
    <div class="sources">
      <p>{text('sources')}</p>
      <ul>
        {shown.map((source) => (
          <li key={source.url + source.title}>
            {isHarmless(source.url) ? (
              <a href={source.url} target="_blank" rel="noopener noreferrer">
                <Icon name="page" />
                <span dir="auto">{source.title || source.url}</span>
              </a>
            ) : (
              <span class="source-text">
                <Icon name="page" />
                <span dir="auto">{source.title}</span>
              </span>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
