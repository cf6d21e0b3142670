import { setTimeout as pause } from 'node:timers/promises';

import type { Operation } from '../checker/index.js';
import type { StoreContents } from '../chaos/store-contents.js';
import { acceptedOf, type Answer, type PenstockApi } from '../e2e/penstock-api.js';

const pollMs = 50;
const againMs = 250;
const away = 503;
/** Every so many submissions, one is the next version of a document that may still be on its way. */
const updateEvery = 5;
const sentences = [
  'Maria Keller works for Nordwind Logistics in Hamburg.',
  'ACME Corporation acquired Bosch Technologies for $5.2M in Q4 2024.',
  'John Smith is the CEO of ACME Corporation.',
  'Nordwind Logistics is based in Stuttgart.',
  'Revenue of Bosch Technologies grew by 15% in 2023.',
];

/** Keeps a number of documents under way: what is concluded is followed by something new. */
export class SteadyLoad {
  readonly history: Operation[] = [];
  private readonly over = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private failure: Error | undefined;

  constructor(
    private readonly contents: StoreContents,
    private readonly namespace: string,
    private readonly underWay: number,
    /** Those that take requests now, asked in turn. */
    private readonly doors: () => readonly PenstockApi[],
  ) {}

  start(): void {
    this.running = this.run().catch((error: unknown) => void (this.failure = error as Error));
  }

  async stop(): Promise<void> {
    this.over.abort();
    await this.running;
  }

  /** @throws Error of a submission that was refused. */
  async concluded(): Promise<number> {
    if (this.failure !== undefined) throw this.failure;
    return this.history.length - (await this.open());
  }

  private async open(): Promise<number> {
    const [row] = await this.contents.sql<{ open: number }>(
      'SELECT count(*)::int AS open FROM penstock.ingestions WHERE namespace = $1 AND concluded_at IS NULL',
      [this.namespace],
    );
    return row?.open ?? 0;
  }

  private async run(): Promise<void> {
    while (!this.over.signal.aborted) {
      for (let open = await this.open(); open < this.underWay; open += 1) await this.submit(this.history.length);
      await pause(pollMs);
    }
  }

  private async submit(at: number): Promise<void> {
    const documentId = `report ${at % updateEvery === updateEvery - 1 ? at - 2 : at}`;
    const content = [`Note ${at}.`, ...sentences.map((_, i) => sentences[(at + i) % sentences.length])].join('\n\n');
    const { ingestionId, version } = acceptedOf(await this.insist(at, { documentId, content }));
    this.history.push({
      ...{ kind: 'put', namespace: this.namespace, documentId, content, result: 'ok' },
      ...{ ingestionId, version },
    });
  }

  /** Asks again, at the next door, where nobody answers or a service is away; the key makes that safe. */
  private async insist(
    at: number,
    document: { readonly documentId: string; readonly content: string },
  ): Promise<Answer> {
    const { namespace } = this;
    for (let tries = 0; ; tries += 1) {
      const doors = this.doors();
      const door = doors[(at + tries) % doors.length];
      const headers = { 'Idempotency-Key': `${namespace} ${at}` };
      const answer = await door
        ?.json('/v1/documents', { ...document, namespace, source: 'inline' }, headers)
        .catch(() => undefined);
      if (answer !== undefined && answer.status !== away) return answer;
      if (this.over.signal.aborted) throw new Error(`submission ${at} was answered by nobody`);
      await pause(againMs);
    }
  }
}
