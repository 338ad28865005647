/** Colleagues who have the same conversation open, so that two people do not answer at once. */
import { useDesk } from '../context.ts';
import type { Around as Colleague } from '../../presence.ts';
import { Avatar } from '../Avatar.tsx';

export function Around({ id }: { id: string }) {
  const { presence, threads, boot } = useDesk();
  const typing = threads.open(id).timeline.typing.value.filter((typist) => typist.from === 'agent' && typist.author);
  const typists = typing.map(({ author }): Colleague => ({ id: Number(author!.id), name: author!.name, avatar_url: author!.avatar_url, isReplying: true }));
  const replying = typists.filter((typist) => typist.id !== boot.user.id);
  const viewing = presence.around(id).filter((colleague) => !replying.some((typist) => typist.id === colleague.id));
  const all = [...replying, ...viewing];
  return (
    <div class="around" role="status" data-empty={all.length === 0 ? '' : undefined}>
      {all.map((colleague) => (
        <span key={colleague.id} class={colleague.isReplying ? 'around-one around-replying' : 'around-one'}>
          <Avatar name={colleague.name} seed={String(colleague.id)} image={colleague.avatar_url} size="small" />
          <bdi class="around-name">{colleague.name}</bdi> {colleague.isReplying ? 'is replying' : 'is viewing'}
        </span>
      ))}
    </div>
  );
}
