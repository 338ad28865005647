/** A form that has just been sent is not sent again by a second click. The server would answer both; this spares the wait. */

const AGAIN_MS = 4000;

export function sendOnce(root: Document): void {
  let sent: { form: HTMLFormElement; at: number; button: EventTarget | null } | null = null;
  root.addEventListener('submit', (event) => {
    const form = event.target as HTMLFormElement;
    const { submitter: button } = event;
    if (event.defaultPrevented || form.method !== 'post' || (button as HTMLButtonElement | null)?.formTarget) return;
    const isAgain = sent?.form === form && sent.button === button && Date.now() - sent.at < AGAIN_MS;
    if (isAgain) event.preventDefault();
    else sent = { form, at: Date.now(), button };
  });
  // Somebody who comes back to this page may send it anew.
  addEventListener('pageshow', () => (sent = null));
}
