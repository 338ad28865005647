/** The keys of a command, as a hint beside what it does. */
import { capsOf } from '../commands.ts';
import { useDesk } from './context.ts';

export function Keys({ of }: { of: string }) {
  const { commands, preferences } = useDesk();
  const caps = capsOf(commands, of);
  if (!caps.length || !preferences.shortcuts.value) return null;
  return (
    <span class="keys" aria-hidden="true">
      {caps.map((cap) => (
        <kbd key={cap}>{cap}</kbd>
      ))}
    </span>
  );
}
