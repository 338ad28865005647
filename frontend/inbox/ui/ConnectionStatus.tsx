/** Whether what one sees is live. Always on screen; when it is not, it says when the next attempt comes. */
import { useEffect } from 'preact/hooks';
import { useSignal } from '@preact/signals';

import { useDesk } from './context.ts';

type Look = 'good' | 'pending' | 'bad';

export function ConnectionStatus() {
  const { socket } = useDesk();
  const { look, text } = useWords();
  return (
    <span class={`connection connection-${look}`}>
      <span role="status">
        <i class="dot" aria-hidden="true" /> {text}
      </span>
      {look !== 'good' && (
        <button type="button" class="button-text" onClick={() => socket.reconnect()}>
          Try now
        </button>
      )}
    </span>
  );
}

function useWords(): { look: Look; text: string } {
  const { socket, session } = useDesk();
  const status = socket.status.value;
  const seconds = useSecondsUntil(socket.retryAt.value);
  if (session.ended.value) return { look: 'bad', text: 'Logged out' };
  if (status === 'online') return { look: 'good', text: 'Live' };
  if (status === 'stopped') return { look: 'bad', text: 'Not connected' };
  if (!navigator.onLine) return { look: 'bad', text: 'You are offline' };
  if (status === 'connecting') return { look: 'pending', text: 'Connecting…' };
  return { look: 'pending', text: seconds > 1 ? `Reconnecting in ${seconds} s` : 'Reconnecting…' };
}

function useSecondsUntil(moment: number | null): number {
  const left = useSignal(0);
  useEffect(() => {
    const count = (): void => void (left.value = moment ? Math.ceil((moment - Date.now()) / 1000) : 0);
    count();
    if (!moment) return;
    const timer = setInterval(count, 500);
    return () => clearInterval(timer);
  }, [moment]);
  return left.value;
}
