import { text } from '../boot.ts';
import { Icon } from './icons.tsx';

/** Something new lies below what the reader sees. */
export const Latest = ({ toEnd }: { toEnd: () => void }) => (
  <button type="button" class="latest" onClick={toEnd}>
    <Icon name="down" />
    {text('latest')}
  </button>
);
