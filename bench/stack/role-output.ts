import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

/** What a process of roles says: that it works, where, and its troubles. */
export class RoleOutput {
  constructor(private readonly child: ChildProcess) {}

  /** Resolves with the address as soon as the roles work. @throws Error if the process ends before. */
  async address(): Promise<string> {
    const { stderr } = this.child;
    if (stderr === null) throw new Error('a process of roles needs its errors read');
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const said: string[] = [];
    createInterface({ input: stderr }).on('line', (line) => {
      const address = /^penstock: .* at (http:\S+)/u.exec(line)?.[1];
      if (address === undefined) said.push(line);
      else resolve(address);
    });
    this.child.once('close', () => reject(new Error(`the roles did not start: ${said.slice(-5).join('\n')}`)));
    return promise;
  }
}
