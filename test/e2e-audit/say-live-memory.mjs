// Loaded before a program, tells how much it held on to at most: what is left after a collection, ten times a second.
// What a process takes of the machine says more of the collector's leisure than of the program.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
let mostBytes = 0;

function look() {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  mostBytes = Math.max(mostBytes, heapUsed + external);
}

setInterval(look, 100).unref();
process.on('exit', () => {
  look();
  process.stderr.write(`\nheld ${mostBytes} bytes\n`);
});
