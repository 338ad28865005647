/**
 * A form that has just been sent is not sent again by a second click. The server would answer both; this spares the wait.
 * `data-sending` is what the button of a form says whose answer takes long; it waits as long as that takes.
 */

const AGAIN_MS = 4000;

export function sendOnce(root: Document | HTMLElement): void {
  let sent: { form: HTMLFormElement; at: number; button: EventTarget | null } | null = null;
  root.addEventListener('submit', (event) => {
    const form = event.target as HTMLFormElement;
    const { submitter: button } = event as SubmitEvent;
    if (event.defaultPrevented || form.method !== 'post' || (button as HTMLButtonElement | null)?.formTarget) return;
    const { sending } = form.dataset;
    const again = sending ? Infinity : AGAIN_MS;
    const isAgain = sent?.form === form && sent.button === button && Date.now() - sent.at < again;
    if (isAgain) return event.preventDefault();
    sent = { form, at: Date.now(), button };
    if (sending && button instanceof HTMLButtonElement) say(button, sending);
  });
  // Somebody who comes back to this page may send it anew.
  addEventListener('pageshow', () => {
    sent = null;
    for (const button of root.querySelectorAll<HTMLButtonElement>('button[data-before]')) {
      button.textContent = button.dataset.before ?? '';
      button.removeAttribute('data-before');
      button.removeAttribute('aria-disabled');
    }
  });
}

function say(button: HTMLButtonElement, words: string): void {
  button.dataset.before = button.textContent ?? '';
  button.textContent = words;
  button.setAttribute('aria-disabled', 'true');
}
