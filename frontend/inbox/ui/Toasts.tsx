/** The toasts, and what a screen reader is told. */
import type { Toast } from '../alerts/toasts.ts';
import { useDesk } from './context.ts';
import { Icon } from './Icon.tsx';

export function Toasts() {
  const { toasts, announcer } = useDesk();
  return (
    <>
      <div class="toasts" role="status" onPointerEnter={() => toasts.hold(true)} onPointerLeave={() => toasts.hold(false)} onFocusIn={() => toasts.hold(true)} onFocusOut={() => toasts.hold(false)}>
        {toasts.list.value.map((toast) => (
          <ToastCard key={toast.id} toast={toast} />
        ))}
      </div>
      <p class="sr-only" aria-live="polite">
        {announcer.text.value}
      </p>
    </>
  );
}

function ToastCard({ toast }: { toast: Toast }) {
  const { toasts } = useDesk();
  const act = (): void => {
    toasts.close(toast.id);
    toast.action?.run();
  };
  return (
    <div class={`toast toast-${toast.kind}`}>
      {toast.kind === 'error' && <Icon name="alert" />}
      <p>
        <b>{toast.text}</b>
        {toast.detail && <span>{toast.detail}</span>}
      </p>
      {toast.action && (
        <button type="button" class="button-text" onClick={act}>
          {toast.action.label}
        </button>
      )}
      <button type="button" class="button-icon" aria-label="Close" onClick={() => toasts.close(toast.id)}>
        <Icon name="close" />
      </button>
    </div>
  );
}
