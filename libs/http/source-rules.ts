import type { Caller } from '#access';
import { PermanentFailure } from '#failure';

import type { Submission } from './check-submission.js';

/** What a submission may be fetched from. */
export class SourceRules {
  constructor(private readonly frontNamespace: string) {}

  /**
   * A file of this system or a message of its Front account belongs to whoever runs it: a caller bound to namespaces
   * must not take it into one of them. @throws PermanentFailure `forbidden-namespace` or `forbidden-source`.
   */
  check(caller: Caller, { namespace, source }: Pick<Submission, 'namespace' | 'source'>): void {
    caller.inside(namespace);
    const file = source === 'local_upload' && caller.namespaces !== undefined;
    const message = source === 'frontapp' && !caller.reaches(this.frontNamespace);
    if (!file && !message) return;
    throw new PermanentFailure(`${source} needs credentials for ${file ? 'all namespaces' : this.frontNamespace}`, {
      reason: 'forbidden-source',
    });
  }
}
