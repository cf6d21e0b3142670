import { PermanentFailure } from '#failure';

import { Source, type OpenedSource } from './source.js';

/** Front conversations are a known source that needs an account; without one a submission says so at once. */
export class Frontapp extends Source {
  open(): Promise<OpenedSource> {
    const message = 'source frontapp is not available here: no Front account is connected; send the text as inline';
    return Promise.reject(new PermanentFailure(message, { reason: 'unsupported' }));
  }
}
