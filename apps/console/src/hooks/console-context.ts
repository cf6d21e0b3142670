import { createContext } from 'preact';
import { useContext } from 'preact/hooks';

import type { Client } from '../api/client.js';
import type { LiveBoard } from './use-board.js';
import type { Uploads } from './use-uploads.js';

/** What every page of the console shares. */
export interface ConsoleParts {
  readonly client: Client;
  readonly live: LiveBoard;
  readonly uploads: Uploads;
}

export const ConsoleContext = createContext<ConsoleParts | undefined>(undefined);

export function useConsole(): ConsoleParts {
  const parts = useContext(ConsoleContext);
  if (parts === undefined) throw new Error('a page stands outside of the console');
  return parts;
}
