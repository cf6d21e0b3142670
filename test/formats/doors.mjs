// What the reader of a format could try if it had turned bad: `closed-doors.e2e.ts` runs each of these in an ordinary
// process, where it must come through, and in one that reads documents, where it may not.
import childProcess from 'node:child_process';
import dgram from 'node:dgram';
import dns from 'node:dns';
import { lookup, Resolver as PromisedResolver } from 'node:dns/promises';
import { once } from 'node:events';
import fs from 'node:fs';
import fsPromises from 'node:fs/promises';
import http from 'node:http';
import http2 from 'node:http2';
import inspector from 'node:inspector';
import module from 'node:module';
import net from 'node:net';
import { join } from 'node:path';
import sqlite from 'node:sqlite';
import tls from 'node:tls';
import { Worker } from 'node:worker_threads';

/** An answer without addresses is an answer. */
const answered = ({ code }) => {
  if (code !== 'ENODATA') throw new Error(`no answer: ${code}`);
};
const patience = { timeout: 2_000, tries: 1 };

const network = {
  fetch: ({ http: url }) => fetch(url),
  'fetch of a package': async ({ http: url }) => (await import('undici')).fetch(url),
  'a web socket': ({ http: url }) => once(new WebSocket(url.replace('http', 'ws')), 'error'),
  http: ({ http: url }) => once(http.get(url), 'response'),
  http2: ({ http: url }) => {
    const session = http2.connect(url);
    return once(session, 'connect').finally(() => session.destroy());
  },
  'a connection': ({ tcp }) => once(net.connect(tcp), 'connect'),
  'a connection by its class': ({ tcp }) => once(new net.Socket().connect(tcp), 'connect'),
  'a connection with TLS': async ({ tcp }) => {
    // It is no server of TLS, but it was reached.
    const [{ code }] = await once(tls.connect(tcp), 'error');
    if (!/SSL|ECONNRESET/u.test(code)) throw new Error(code);
  },
  'a local socket': ({ socket }) => once(net.connect(socket), 'connect'),
  'a server': async () => {
    const server = net.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    server.close();
  },
  'a datagram': async ({ udp }) => {
    const socket = dgram.createSocket('udp4');
    await new Promise((sent, failed) => {
      socket.send('x', udp, '127.0.0.1', (error) => (error === null ? sent() : failed(error)));
    });
    socket.close();
  },
  'a socket for datagrams': async () => {
    const socket = dgram.createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    socket.close();
  },
  'the address of a name': () => lookup('localhost'),
  'the address of a name, by a call': () =>
    new Promise((found, failed) => {
      dns.lookup('localhost', (error, address) => (error === null ? found(address) : failed(error)));
    }),
  'the name of an address': () =>
    new Promise((found, failed) => {
      dns.lookupService('127.0.0.1', 80, (error, name) => (error === null ? found(name) : failed(error)));
    }),
  'a question to a server of names': ({ udp }) => {
    const resolver = new PromisedResolver(patience);
    resolver.setServers([`127.0.0.1:${udp}`]);
    return resolver.resolve4('lindenau.example').catch(answered);
  },
  'a question to a server of names, by a call': ({ udp }) =>
    new Promise((asked, failed) => {
      const resolver = new dns.Resolver(patience);
      resolver.setServers([`127.0.0.1:${udp}`]);
      resolver.resolveTxt('lindenau.example', (error) => {
        if (error === null || error.code === 'ENODATA') asked();
        else failed(error);
      });
    }),
  'a question to the server of names of the process': ({ udp }) => {
    dns.setServers([`127.0.0.1:${udp}`]);
    return dns.promises.resolveMx('lindenau.example').catch(answered);
  },
};

const outside = (folder) => join(folder, 'outside.txt');

const files = {
  'reading a file': ({ folder }) => fs.readFileSync(outside(folder)),
  'reading a file, promised': ({ folder }) => fsPromises.readFile(outside(folder)),
  'reading a file as a stream': ({ folder }) => once(fs.createReadStream(outside(folder)), 'data'),
  'reading a file as a blob': async ({ folder }) => (await fs.openAsBlob(outside(folder))).text(),
  'reading a file as settings': ({ folder }) => process.loadEnvFile(outside(folder)),
  'reading a file as a module': ({ folder }) => module.createRequire(import.meta.url)(join(folder, 'outside.cjs')),
  'reading what the system says': () => fs.readFileSync('/proc/self/environ'),
  'listing a folder': ({ folder }) => fs.readdirSync(folder),
  'asking whether a file is there': ({ folder }) => fs.statSync(outside(folder)),
  'watching a file': ({ folder }) => fs.watch(outside(folder)).close(),
  'writing a file': ({ folder }) => fs.writeFileSync(join(folder, 'made.txt'), 'x'),
  'writing a file, promised': ({ folder }) => fsPromises.writeFile(join(folder, 'made.txt'), 'x'),
  'writing beside its own code': ({ folder }) => fs.writeFileSync(join(folder, 'dist', 'made.txt'), 'x'),
  'writing a stream': ({ folder }) => once(fs.createWriteStream(join(folder, 'made.txt')), 'open'),
  'appending to a file': ({ folder }) => fs.appendFileSync(outside(folder), 'x'),
  'cutting a file': ({ folder }) => fs.truncateSync(outside(folder)),
  'making a folder': ({ folder }) => fs.mkdtempSync(join(folder, 'made-')),
  'linking to a file': ({ folder }) => fs.symlinkSync('/etc/hosts', join(folder, 'made-link')),
  'renaming a file': ({ folder }) => fs.renameSync(join(folder, 'renamed.txt'), join(folder, 'made-name.txt')),
  'deleting a file': ({ folder }) => fs.rmSync(join(folder, 'deleted.txt')),
  'a database': ({ folder }) => new sqlite.DatabaseSync(join(folder, 'made.sqlite')).exec('CREATE TABLE a (b)'),
  'a report': ({ folder }) => process.report.writeReport(join(folder, 'made.json')),
};

/** A module without a word. */
const nothing = 'data:text/javascript,';

const others = {
  'a program': () => childProcess.execFileSync('true'),
  'a thread': () => once(new Worker('', { eval: true }), 'exit'),
  'a thread that loads modules': () => module.register(nothing),
  'native code': ({ folder }) => {
    try {
      process.dlopen({ exports: {} }, outside(folder));
    } catch (error) {
      // It is no code, but it was loaded as such.
      if (error.code !== 'ERR_DLOPEN_FAILED') throw error;
    }
  },
  'a signal to whoever started it': () => process.kill(process.ppid, 0),
  'a debugger': () => inspector.open(0, '127.0.0.1'),
  'a debugger in another process': () => process._debugProcess(process.pid),
  'the inner parts of the runtime': () => process.binding('tcp_wrap'),
};

export const doors = { network, files, others };

/** What becomes of an attempt. */
export async function attempt(kind, name, places) {
  try {
    await doors[kind][name](places);
    return 'open';
  } catch (error) {
    return `closed: ${error.code ?? ''} ${error.cause?.message ?? error.message}`;
  }
}
