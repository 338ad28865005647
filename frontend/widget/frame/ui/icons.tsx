/** Filled shapes on a 24 px grid; always decoration beside a text or a label. */
const PATHS: Partial<Record<IconName, string>> = {
  close: 'M6.7 8.3 12 13.6l5.3-5.3 1.4 1.4L12 16.4 5.3 9.7z',
  spark: 'M12 2l1.9 5.7 5.7 1.9-5.7 1.9L12 17.2l-1.9-5.7-5.7-1.9 5.7-1.9zM19 15l.9 2.6 2.6.9-2.6.9L19 22l-.9-2.6-2.6-.9 2.6-.9z',
};

/** Parts bring the shapes they need. */
export const addShapes = (shapes: typeof PATHS): void => void Object.assign(PATHS, shapes);

export type IconName = 'close' | 'plus' | 'send' | 'stop' | 'spark' | 'person' | 'arrow' | 'down' | 'page' | 'retry';

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class={`icon icon-${name}`} viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
