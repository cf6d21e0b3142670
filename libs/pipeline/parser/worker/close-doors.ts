import dgram from 'node:dgram';
import dns from 'node:dns';
import module, { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import sqlite from 'node:sqlite';
import threads from 'node:worker_threads';

function refuse(): never {
  throw new Error('a document may reach nothing but its reader');
}

/** For good: whoever reads a document can't put back what was there. */
function close(owner: object, doors: readonly string[]): void {
  for (const door of doors) Object.defineProperty(owner, door, { value: refuse, writable: false, configurable: false });
}

const functionsOf = (owner: object): string[] =>
  Object.entries(Object.getOwnPropertyDescriptors(owner))
    .filter(([name, { value }]) => typeof value === 'function' && name !== 'constructor')
    .map(([name]) => name);

/**
 * Documents may name addresses; nothing that reads them may ask there. The runtime's permission model closes files,
 * programs, native code and its own inner parts, but not the network, nor databases in files, nor other processes. A
 * thread would find all these doors open again, so there are no more threads from here on.
 */
export function closeDoors(): void {
  close(net.Socket.prototype, ['connect']);
  close(net.Server.prototype, ['listen']);
  close(dgram.Socket.prototype, ['bind', 'connect', 'send']);
  for (const names of [dns, dns.promises]) {
    close(names.Resolver.prototype, functionsOf(names.Resolver.prototype));
    close(names, functionsOf(names));
  }
  close(sqlite, ['DatabaseSync', 'backup']);
  close(threads, ['Worker']);
  close(module, ['register']);
  close(process, ['kill', '_kill', '_debugProcess', '_debugEnd']);
  close(globalThis, ['fetch', 'WebSocket', 'EventSource']);
  syncBuiltinESMExports();
}
