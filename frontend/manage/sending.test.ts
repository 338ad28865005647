// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { sendOnce } from './sending.ts';

let sent: number;

/** A press of the form's button; no form goes anywhere here, so what would have been sent is counted. */
function press(): HTMLButtonElement {
  const form = document.querySelector('form') as HTMLFormElement;
  const button = form.querySelector('button') as HTMLButtonElement;
  const event = new SubmitEvent('submit', { bubbles: true, cancelable: true, submitter: button });
  form.dispatchEvent(event);
  if (!event.defaultPrevented) sent += 1;
  return button;
}

function page(attributes = ''): void {
  const root = document.createElement('main');
  root.innerHTML = `<form method="post" ${attributes}><button type="submit">Run</button></form>`;
  document.body.replaceChildren(root);
  sendOnce(root);
  sent = 0;
}

describe('a form that is sent', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    return () => vi.useRealTimers();
  });

  it('is not sent again by a second press, and is after a while', () => {
    page();
    expect(press().textContent).toBe('Run');
    press();
    expect(sent).toBe(1);
    vi.advanceTimersByTime(4000);
    press();
    expect(sent).toBe(2);
  });

  it('says so for as long as its answer takes, and may be sent anew by who comes back', () => {
    page('data-sending="Running…"');
    const button = press();
    expect([button.textContent, button.getAttribute('aria-disabled')]).toEqual(['Running…', 'true']);
    vi.advanceTimersByTime(60_000);
    press();
    expect(sent).toBe(1);
    dispatchEvent(new Event('pageshow'));
    expect([button.textContent, button.getAttribute('aria-disabled')]).toEqual(['Run', null]);
    press();
    expect(sent).toBe(2);
  });
});
