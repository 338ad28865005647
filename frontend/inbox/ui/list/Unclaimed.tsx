/** What rings: who waits, to be claimed here, or silenced. */
import { visitorName } from '../../list/reading.ts';
import { useDesk } from '../context.ts';
import { Icon } from '../Icon.tsx';

export function UnclaimedStrip() {
  const { actions, conversations, select, speaking } = useDesk();
  const ids = speaking.ringing.ids.value;
  const first = ids[0];
  if (!first) return <div role="status" />;
  const claim = (): void => {
    void actions.assignToMe(first);
    select(first);
  };
  return (
    <div class="unclaimed" role="status">
      <Icon name="bell" />
      <span class="unclaimed-who">
        {ids.length === 1 ? <bdi>{visitorName(conversations.get(first))}</bdi> : `${ids.length} visitors`} {ids.length === 1 ? 'waits' : 'wait'} unclaimed
      </span>
      <button type="button" class="button button-small button-primary" onClick={claim}>
        Claim
      </button>
      <button type="button" class="button button-small" onClick={() => speaking.tabs.silence()}>
        Silence
      </button>
    </div>
  );
}
