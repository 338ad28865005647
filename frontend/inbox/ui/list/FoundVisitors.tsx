/** The visitors a search has found, above the conversations: each leads to their latest. */
import type { VisitorDetails } from '../../visitors.ts';
import { Avatar } from '../Avatar.tsx';
import { useDesk } from '../context.ts';
import { Marked } from '../Marked.tsx';

export function FoundVisitorsList() {
  const { found, lens, select, toasts } = useDesk();
  const all = found.all.value;
  if (!all.length) return null;
  const open = async (visitor: VisitorDetails): Promise<void> => {
    const id = await found.latest(visitor);
    if (id) select(id);
    else toasts.show({ text: 'This visitor has no conversation', subject: 'found-visitor' });
  };
  return (
    <section class="found-visitors" aria-labelledby="found-visitors">
      <h2 id="found-visitors">Visitors</h2>
      <ul role="list">
        {all.map((visitor) => (
          <li key={visitor.id}>
            <button type="button" class="menu-item" onClick={() => void open(visitor)}>
              <Avatar name={nameOf(visitor)} seed={visitor.id} size="small" />
              <span class="found-visitor">
                <bdi>
                  <Marked text={nameOf(visitor)} search={lens.search.value} />
                </bdi>
                {visitor.email && visitor.name && (
                  <span class="quiet">
                    <Marked text={visitor.email} search={lens.search.value} />
                  </span>
                )}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

const nameOf = (visitor: VisitorDetails): string => visitor.name || visitor.email || `Visitor ${visitor.id.slice(0, 4)}`;
