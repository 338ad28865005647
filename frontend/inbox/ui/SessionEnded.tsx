/** The log-in has expired: nothing is lost, and here is the way back. */
import { useDesk } from './context.ts';

export function SessionEnded() {
  const { session, boot, socket } = useDesk();
  if (!session.ended.value) return null;
  const address = `${boot.login_url}?next=${encodeURIComponent(location.pathname)}`;
  return (
    <div class="session-ended" role="alert">
      <p>
        <b>Your log-in has expired.</b> What you have written stays in this browser.
      </p>
      <a class="button button-primary" href={address}>
        Log in again
      </a>
      <button type="button" class="button" onClick={() => socket.reconnect()}>
        I did, in another tab
      </button>
    </div>
  );
}
