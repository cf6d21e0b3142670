import dns from 'node:dns';
import net from 'node:net';

/**
 * Documents may name addresses; nothing that reads them may ask there. Where the runtime has a permission model, files,
 * processes and native code are closed by it; the network is closed here.
 */
export function closeDoors(): void {
  const refuse = (): never => {
    throw new Error('a document may not reach the network');
  };
  net.Socket.prototype.connect = refuse;
  dns.lookup = Object.assign(refuse, { __promisify__: refuse });
  Object.assign(globalThis, { fetch: refuse, WebSocket: undefined, XMLHttpRequest: undefined });
}
