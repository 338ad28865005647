/** A list that is not there yet: rows in outline after a moment, or why it does not come. */
import { useDesk } from '../context.ts';
import { Icon } from '../Icon.tsx';

/** CSS shows them after 150 ms: what comes sooner needs no placeholder. */
export function LoadingRows({ few }: { few: boolean }) {
  const rows = Array.from({ length: few ? 1 : 8 }, (_, place) => place);
  return (
    <div class="skeletons" role="status">
      <span class="sr-only">Loading conversations</span>
      {rows.map((row) => (
        <div class="skeleton" key={row} aria-hidden="true">
          <i class="skeleton-face" />
          <span>
            <i />
            <i />
          </span>
        </div>
      ))}
    </div>
  );
}

export function ListError({ text }: { text: string }) {
  const { pages, lens } = useDesk();
  return (
    <div class="blank" role="alert">
      <Icon name="alert" />
      <h2>The list could not be loaded</h2>
      <p>{text}</p>
      <button type="button" class="button" onClick={() => void pages.more(lens.query.value)}>
        Try again
      </button>
    </div>
  );
}
