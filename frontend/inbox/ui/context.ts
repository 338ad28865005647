/** The parts of the inbox, for every component. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';

import type { Command } from '../commands.ts';
import type { Inbox } from '../inbox_state.ts';

export interface Desk extends Inbox {
  readonly commands: readonly Command[];
}

export const DeskContext = createContext<Desk | null>(null);

export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (!desk) throw new Error('A component of the inbox outside of the inbox.');
  return desk;
}
