/** What an answer of the AI rests on. */
import { isHarmless } from '../../../shared/links.ts';
import type { Source } from '../../../shared/protocol.d.ts';
import { Icon } from '../Icon.tsx';

export function Sources({ sources }: { sources: readonly Source[] | null | undefined }) {
  if (!sources?.length) return null;
  return (
    <ul class="sources" aria-label="Sources">
      {sources.map((source, place) => (
        <li key={place}>
          {isHarmless(source.url ?? '') ? (
            <a href={source.url} target="_blank" rel="noopener noreferrer">
              <Icon name="link" /> {source.title || source.url}
            </a>
          ) : (
            <span>{source.title || source.url}</span>
          )}
        </li>
      ))}
    </ul>
  );
}
