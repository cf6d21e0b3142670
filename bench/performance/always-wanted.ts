import { Interest } from '#pipeline/extractor';

/** Nobody takes back what is measured. */
export class AlwaysWanted extends Interest {
  isWanted(): Promise<boolean> {
    return Promise.resolve(true);
  }
}
