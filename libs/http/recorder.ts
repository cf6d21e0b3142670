import { AdminActs, type Caller } from '#access';

/** What is done, to what of which namespace. */
export interface Deed {
  readonly act: string;
  readonly namespace: string | null;
  readonly subject: string;
}

/** Has what a caller does by HTTP stand in the audit log. */
export class Recorder {
  constructor(private readonly acts: AdminActs) {}

  record<T>(caller: Caller, { act, namespace, subject }: Deed, work: () => Promise<T>): Promise<T> {
    const actor = caller.kind === 'anyone' ? 'anyone' : `${caller.kind}:${caller.id}`;
    return this.acts.record({ actor, actorName: caller.name, act, namespace, subject }, work);
  }
}
