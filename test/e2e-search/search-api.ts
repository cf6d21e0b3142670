import type { SearchAnswer } from '#query';

import type { PenstockApi } from '../e2e/penstock-api.js';

/** What was asked, in a namespace. */
export type Question = Readonly<Record<string, unknown>>;

/** Asks as any client would. @throws Error with the problem if the question was refused. */
export async function ask(api: PenstockApi, question: Question): Promise<SearchAnswer> {
  const { status, body } = await api.json('/v1/search', question);
  if (status !== 200) throw new Error(`refused: ${status} ${JSON.stringify(body)}`);
  return body as unknown as SearchAnswer;
}

export function documentsOf({ hits }: SearchAnswer): string[] {
  return [...new Set(hits.map(({ documentId }) => documentId))];
}
