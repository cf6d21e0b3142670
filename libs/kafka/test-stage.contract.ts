import type { DocumentStaged, EventPayloads } from '#events';

import { StageHandler, type EventStageContext } from './contract.js';
import { parsed, readTopic, run, type Rig, type Seen } from './real-broker.contract.js';

export type Work = (document: DocumentStaged, context: EventStageContext) => Promise<EventPayloads['DocumentParsed'][]>;

/** A stage that works on the documents of one namespace and passes over those of other tests. */
export class TestStage extends StageHandler<'DocumentStaged', 'DocumentParsed'> {
  readonly handled: { documentId: string; partition: number; version: number; headers: Record<string, string> }[] = [];

  constructor(
    private readonly namespace: string,
    private readonly work: Work = (document) => Promise.resolve([parsed(document)]),
  ) {
    super();
  }

  async handle(document: DocumentStaged, context: EventStageContext): Promise<EventPayloads['DocumentParsed'][]> {
    if (document.namespace !== this.namespace) return [];
    const outputs = await this.work(document, context);
    const { documentId, version } = document;
    this.handled.push({
      documentId,
      version,
      partition: context.event.partition,
      headers: { ...context.event.headers },
    });
    return outputs;
  }
}

const rigs: Rig[] = [];

/** Starts an instance that `stopAll` stops after the test. */
export async function running(...args: Parameters<typeof run>): Promise<Rig> {
  const rig = await run(...args);
  rigs.push(rig);
  return rig;
}

/** What lies in a topic of one namespace. */
export async function recordsOf(topic: string, namespace: string): Promise<Seen[]> {
  return (await readTopic(topic)).filter(({ key }) => key?.startsWith(`${namespace}/`));
}

export async function stopAll(): Promise<void> {
  await Promise.all(rigs.splice(0).map((rig) => rig.stop()));
}
