/** The visitor is typing (or the AI thinks about what to write). */
import { visitorName } from '../../list/reading.ts';
import type { Thread } from '../../thread/threads.ts';
import { useDesk } from '../context.ts';
import { Dots } from './DraftRow.tsx';

export function TypingRow({ id, thread }: { id: string; thread: Thread }) {
  const { conversations } = useDesk();
  const typists = thread.timeline.typing.value.filter((typist) => typist.from !== 'agent');
  const isDrafting = thread.timeline.drafts.value.length > 0;
  return (
    <div class="typing-rows" role="status">
      {typists.map((typist) =>
        typist.from === 'visitor' ? (
          <p class="typing" key="visitor">
            <Dots /> {visitorName(conversations.get(id))} is typing
            {typist.draft && <q dir="auto">{typist.draft}</q>}
          </p>
        ) : (
          !isDrafting && (
            <p class="typing" key="assistant">
              <Dots /> The AI is thinking
            </p>
          )
        ),
      )}
    </div>
  );
}
