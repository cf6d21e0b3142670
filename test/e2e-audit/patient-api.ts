import { eventually } from '../e2e/eventually.js';
import type { Accepted, PenstockApi } from '../e2e/penstock-api.js';

/** What a user does again until it is accepted: a busy machine may ask to come again. */
export class PatientApi {
  constructor(
    private readonly api: () => PenstockApi,
    private readonly namespace: string,
    private readonly withinMs: number,
  ) {}

  submit(documentId: string, content: string): Promise<Accepted> {
    const attempt = (): Promise<Accepted> => this.api().inline(this.namespace, documentId, content);
    return eventually(`${documentId} to be accepted`, attempt, this.withinMs);
  }

  retract(documentId: string): Promise<Accepted> {
    const attempt = (): Promise<Accepted> => this.api().retract(this.namespace, documentId);
    return eventually(`${documentId} to be retracted`, attempt, this.withinMs);
  }
}
