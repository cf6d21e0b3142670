import type { ReceivedEvent } from '#kafka';
import { storeNames, type IngestionRef, type StoreName } from '#stores/port';

import type { Signal } from './decision.js';

/** The ingestion an event of the saga log speaks of. */
export function refOf(event: ReceivedEvent): IngestionRef | undefined {
  switch (event.type) {
    case 'DocumentEmbedded':
    case 'StoreWritten':
    case 'CompensationRequested':
    case 'DocumentRetracted': {
      const { namespace, documentId, ingestionId, version } = event.payload;
      return { namespace, documentId, ingestionId, version };
    }
    default:
      return undefined;
  }
}

/** What it says, as far as a decision depends on it. */
export function signalOf(event: ReceivedEvent): Signal | undefined {
  switch (event.type) {
    case 'DocumentEmbedded':
      return { kind: 'part' };
    case 'CompensationRequested':
      return { kind: 'compensation' };
    case 'StoreWritten':
      return isStore(event.payload.store) ? { kind: 'receipt', store: event.payload.store } : undefined;
    default:
      return undefined;
  }
}

function isStore(name: string): name is StoreName {
  return (storeNames as readonly string[]).includes(name);
}
