import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate and its private key (PEM). */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

const aKey = ['-newkey', 'rsa:2048', '-nodes'];

/** An authority made for a test, by openssl, which comes with Debian's PostgreSQL, and what it vouches for. */
export class Authority {
  private readonly folder = mkdtempSync(join(tmpdir(), 'penstock-authority-'));

  constructor(name: string) {
    const subject = ['-subj', `/CN=${name}`, '-days', '2'];
    this.openssl(['req', '-x509', ...aKey, '-keyout', 'ca.key', '-out', 'ca.pem', ...subject]);
  }

  /** File of its own certificate. */
  get file(): string {
    return join(this.folder, 'ca.pem');
  }

  /** Vouches for a server at an address, by default for one on loopback, or for a client of that name. */
  vouchFor(name: string, address = 'DNS:localhost,IP:127.0.0.1'): Identity {
    this.openssl(['req', ...aKey, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`]);
    writeFileSync(join(this.folder, `${name}.ext`), `subjectAltName=${address}\n`);
    const signing = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2'];
    this.openssl(['x509', '-req', '-in', `${name}.csr`, ...signing, '-extfile', `${name}.ext`, '-out', `${name}.pem`]);
    return { cert: this.read(`${name}.pem`), key: this.read(`${name}.key`) };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private read(file: string): string {
    return readFileSync(join(this.folder, file), 'utf8');
  }

  private openssl(args: readonly string[]): void {
    execFileSync('openssl', [...args], { cwd: this.folder, stdio: 'ignore' });
  }
}
