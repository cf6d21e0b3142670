import { fullContents } from '../chaos/full-contents.js';
import { groupsOfRoles, quiescence } from '../chaos/quiescence.js';
import type { AskedApi } from './ask-api.js';
import { isLostAnswer, nameOf } from './cells.js';
import { checkCells, type CellResult } from './check-cells.js';
import { Client } from './client.js';
import type { CellDocument } from './documents.js';
import { LogSoFar } from './log-so-far.js';
import type { Wave } from './plan-waves.js';
import { strayBytes } from './stray-bytes.js';
import { suffer } from './suffer.js';
import { Tenants } from './tenants.js';
import { until } from './until.js';
import { FaultWorld } from './world.js';

/** When to wait no longer for what has suffered to come to its end. */
const quietMs = 240_000;
const warmMs = 300_000;

/** What a wave came to. */
export interface WaveResult {
  readonly cells: readonly CellResult[];
  readonly tookMs: number;
  readonly recoveryMs: number;
  /** Something is still under way: nothing else can be tried on this stack. */
  readonly spoilt: boolean;
  /** Why no cell was tried, if none was. */
  readonly failure?: string;
}

/** A stack with roles, clients and namespaces, on which one wave follows the other. */
export class Trials {
  private constructor(
    readonly world: FaultWorld,
    private readonly client: Client,
    private readonly log: LogSoFar,
    private readonly notes: Tenants,
    private readonly mails: Tenants,
  ) {}

  static async start(partitions: number, seed: number): Promise<Trials> {
    const world = await FaultWorld.start(partitions);
    const client = new Client(world.api);
    await warmUp(world, client);
    const notes = new Tenants(world, client, 'tenant', seed);
    const mails = new Tenants(world, client, 'mailer', seed, true);
    return new Trials(world, client, await LogSoFar.start(world), notes, mails);
  }

  /** Tries the cells of a wave side by side: documents as they were, the fault at its point, and what is left. */
  async run(wave: Wave): Promise<WaveResult> {
    const startedMs = performance.now();
    const { world, client, log } = this;
    const tenants = wave.roles.includes('janitor') ? this.mails : this.notes;
    world.note(`wave: ${wave.cells.map(nameOf).join(' ')}`);
    const prepared = await tenants.prepare(wave.cells);
    world.note('all is prepared');
    const { documents } = prepared;
    const trouble: string[] = [];
    const requests = new Map<string, AskedApi>();
    const asked = await suffer({ world, wave, client, documents, requests, trouble });
    const namespaces = documents.map(({ namespace }) => namespace);
    const { api, contents } = world;
    const calm = { brokers: [world.addresses.kafka], api, contents, namespaces, groups: groupsOfRoles };
    const { tookMs, unrest } = await quiescence({ ...calm, giveUpMs: quietMs });
    world.note(`quiet after ${tookMs} ms`);
    world.disarm();
    const looked = await log.look(namespaces, client);
    const held = await fullContents(world.contents, namespaces);
    const found = [
      ...trouble,
      ...world.fatal.splice(0).map(String),
      ...(await this.strays(wave, prepared.documents, requests)),
    ];
    const evidence = { prepared, held, looked, asked, requests, unrest, trouble: found };
    const cells = checkCells(evidence);
    tenants.remember(cells, prepared);
    const tookAllMs = Math.round(performance.now() - startedMs);
    return { cells, tookMs: tookAllMs, recoveryMs: tookMs, spoilt: unrest !== '' || trouble.length > 0 };
  }

  /** What an API had staged that was killed, or never heard if its commit stands, goes with age; all else at once. */
  private async strays(
    { roles }: Wave,
    documents: readonly CellDocument[],
    requests: ReadonlyMap<string, AskedApi>,
  ): Promise<string[]> {
    if (!roles.includes('api')) return [];
    const doubtful = documents.filter(({ cell }) => isLostAnswer(cell));
    const texts = new Set(doubtful.flatMap(({ key }) => requests.get(key)?.request.content ?? []));
    const isKilled = documents.some(({ cell }) => cell.fault === 'kill');
    const atOnce = isKilled ? [] : await strayBytes(this.world, texts);
    await this.world.sweep();
    return [...new Set([...atOnce, ...(await strayBytes(this.world))])];
  }
}

/** Whatever is compiled or planned at first use is so now, for one document and not for dozens at once. */
async function warmUp(world: FaultWorld, client: Client): Promise<void> {
  const [namespace, documentId] = ['warm-up', 'document'];
  const isOver = async (): Promise<boolean> =>
    (await world.contents.ledger([namespace])).every(({ concluded }) => concluded);
  for (const content of ['Maria Keller works for Nordwind Logistics.', 'ACME acquired Nordwind Logistics.']) {
    await client.put(namespace, documentId, content);
    await until('the first document to end', isOver, warmMs);
  }
  await client.delete(namespace, documentId);
  await until('the first document to end', isOver, warmMs);
}
