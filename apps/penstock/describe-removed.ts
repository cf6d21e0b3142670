import { classify } from '#failure';

import type { ApiClient } from './api-client.js';

/** What becomes of the document of something that was removed: it stays, unless it is to be deleted; never throws. */
export async function describeRemoved(
  api: ApiClient,
  documentId: string,
  { namespace, isDeleting }: { readonly namespace: string; readonly isDeleting: boolean },
): Promise<string> {
  if (!isDeleting) return `removed      ${documentId}: its document stays; --delete removes it too`;
  try {
    const { version } = await api.retract(namespace, documentId);
    return `deleted      ${documentId} v${version}`;
  } catch (error) {
    const { message, reason } = classify(error);
    return `removed      ${documentId}: ${message} (${reason})`;
  }
}
