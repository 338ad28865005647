/** How far a message of ours has got: on its way, stored, on the visitor's screen, read. In words, not by colour. */
import type { Delivery, Entry } from '../../../shared/timeline.ts';
import type { Thread } from '../../thread/threads.ts';
import { useDesk } from '../context.ts';
import { Icon, type IconName } from '../Icon.tsx';

const LOOKS: Record<Delivery, { icon: IconName; text: string }> = {
  sending: { icon: 'clock', text: 'Sending…' },
  failed: { icon: 'alert', text: 'Not sent' },
  sent: { icon: 'check', text: 'Sent' },
  delivered: { icon: 'checks', text: 'Delivered' },
  read: { icon: 'checks', text: 'Read' },
};

export function DeliveryMark({ entry, thread }: { entry: Entry; thread: Thread }) {
  const { socket } = useDesk();
  const delivery = thread.timeline.deliveryOf(entry);
  if (entry.message.kind === 'note' && delivery !== 'sending') return null;
  const isWaiting = delivery === 'sending' && socket.status.value !== 'online';
  const { icon, text } = LOOKS[delivery];
  return (
    <span class={`delivery delivery-${delivery}`}>
      <Icon name={icon} /> {isWaiting ? 'Waits for the connection' : text}
    </span>
  );
}
