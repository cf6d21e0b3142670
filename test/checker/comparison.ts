import { storeNames } from '#stores/port';

import type { Artefact, Contents } from './observed.js';

/** Everything one store holds, as one text; two stores with the same contents have the same. */
export function fingerprint(artefacts: readonly Artefact[]): string {
  return artefacts
    .map(({ document, ingestionId, what, live, value }) => `${document}|${ingestionId}|${what}|${live}|${value}`)
    .sort()
    .join('\n');
}

/**
 * Two looks that must show the same: I3 around an ingestion that was rolled back, I10 around a replay of the whole log,
 * I13 of two looks when all was quiet, I15 of one tenant around what another one did.
 */
export function unchanged(before: Contents, after: Contents, invariant: 'I3' | 'I10' | 'I13' | 'I15'): string[] {
  return storeNames.flatMap((store) => {
    if (fingerprint(before[store]) === fingerprint(after[store])) return [];
    const [lost, gained] = [
      before[store].length - common(before[store], after[store]),
      after[store].length - common(after[store], before[store]),
    ];
    return [`${invariant} ${store} changed: ${lost} artefacts gone, ${gained} new`];
  });
}

/** I4: the stores hold what a fresh, serial run without faults makes of the live ingestions alone. */
export function unlikeReference(contents: Contents, reference: Contents): string[] {
  return storeNames.flatMap((store) => {
    if (fingerprint(contents[store]) === fingerprint(reference[store])) return [];
    const [held, wanted] = [contents[store].length, reference[store].length];
    return [`I4 ${store} holds ${held} artefacts, a serial run without faults ${wanted}, or others`];
  });
}

function common(some: readonly Artefact[], others: readonly Artefact[]): number {
  const known = new Set(others.map((one) => fingerprint([one])));
  return some.filter((one) => known.has(fingerprint([one]))).length;
}
