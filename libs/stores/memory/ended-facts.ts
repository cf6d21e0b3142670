import { oneSourceRelations, oneTargetRelations, type DocumentEmbedded, type Fact } from '#events';

interface KnownFact extends Fact {
  /** When the document that states it was submitted. */
  readonly statedAt: number;
}

/** What the live parts say has ended: sentences of facts, with the milliseconds. */
export function endedFacts(parts: readonly DocumentEmbedded[]): (readonly [string, number])[] {
  const stated = parts.flatMap(({ facts, submittedAt }) => facts.map((fact) => ({ ...fact, statedAt: submittedAt })));
  const byFact = [...Map.groupBy(stated, ({ uuid }) => uuid).values()];
  return byFact.flatMap((own) => {
    const [fact] = own;
    if (!fact) return [];
    const rivals = byFact.filter(([other]) => other && contradicts(other, fact)).map(startOf);
    const ends = [...own.map(({ invalidAt }) => invalidAt), ...rivals.filter((start) => start > startOf(own))];
    const end = least(ends);
    return end === undefined ? [] : [[fact.fact, end] as const];
  });
}

/** Whether only one of two facts can hold at a time. */
function contradicts(one: Fact, other: Fact): boolean {
  if (one.relation !== other.relation) return false;
  const sameSource = one.sourceUuid === other.sourceUuid;
  const sameTarget = one.targetUuid === other.targetUuid;
  if (oneTargetRelations.includes(one.relation)) return sameSource && !sameTarget;
  return oneSourceRelations.includes(one.relation) && sameTarget && !sameSource;
}

/** The earliest beginning that is stated, else the earliest document. */
function startOf(own: readonly KnownFact[]): number {
  return least(own.map(({ validAt }) => validAt)) ?? least(own.map(({ statedAt }) => statedAt)) ?? 0;
}

function least(moments: readonly (number | null)[]): number | undefined {
  const known = moments.filter((moment) => moment !== null);
  return known.length === 0 ? undefined : Math.min(...known);
}
