import { boot, text } from '../boot.ts';
import type { Chat } from '../chat.ts';
import { tell } from '../link.ts';
import { Avatar, type Face } from './Avatar.tsx';
import { Icon } from './icons.tsx';

export function Header({ chat, isEmpty }: { chat: Chat; isEmpty: boolean }) {
  const agent = chat.timeline.value.conversation.value?.agent;
  return (
    <header class={isEmpty ? 'header header-tall' : 'header'}>
      <div class="header-row">
        {boot.faces && <div class="faces">
          {faces(agent).map((face) => (
            <Avatar key={face.name} face={face} />
          ))}
        </div>}
        <div class="header-text">
          <h1>{agent ? agent.name : boot.name}</h1>
          <p>{statusLine(chat, agent?.name)}</p>
        </div>
        {parent !== window && (
          <button type="button" class="icon-button" aria-label={text('close')} onClick={() => tell({ type: 'close' })}>
            <Icon name="close" />
          </button>
        )}
      </div>
      {isEmpty && (
        <div class="greeting">
          <p class="greeting-title" dir="auto">
            {boot.greeting}
          </p>
          <p dir="auto">{boot.intro}</p>
        </div>
      )}
    </header>
  );
}

function faces(agent: { name: string; avatar_url: string | null } | null | undefined): Face[] {
  if (agent) return [{ name: agent.name, image: agent.avatar_url }];
  const house = { name: boot.name, image: boot.picture, isHouse: true };
  // The assistant wears the website's picture, where there is one: twice the same says nothing.
  return boot.assistant && !boot.picture ? [house, { name: boot.assistant, isAssistant: true }] : [house];
}

function statusLine(chat: Chat, agentName: string | undefined): string {
  if (agentName) return text('status_agent', { name: boot.name });
  if (chat.timeline.value.conversation.value?.handled_by === 'human') return text('status_waiting');
  if (chat.available.value && !boot.assistant) return text('status_online');
  return boot.assistant ? text('status_assistant') : text('status_people');
}
