import { oneSourceRelations, oneTargetRelations, type DocumentEmbedded } from '#events';

interface Known {
  readonly rivalry: string | undefined;
  readonly otherEnd: string;
  begins: number | null;
  ends: number | null;
  stated: number;
}

/** Beginning and end, in milliseconds or null, of each fact (`namespace uuid`) if these parts alone are live. */
export function factTimes(parts: readonly DocumentEmbedded[]): Map<string, [number | null, number | null]> {
  const known = new Map<string, Known>();
  for (const { namespace, facts, submittedAt } of parts) {
    for (const { uuid, sourceUuid, targetUuid, relation, validAt, invalidAt } of facts) {
      const bySource = oneTargetRelations.includes(relation);
      const rivals = bySource || oneSourceRelations.includes(relation);
      const fact = known.get(`${namespace} ${uuid}`) ?? {
        rivalry: rivals ? `${namespace} ${relation} ${bySource ? sourceUuid : targetUuid}` : undefined,
        ...{ otherEnd: bySource ? targetUuid : sourceUuid, begins: null, ends: null, stated: Infinity },
      };
      fact.begins = earlier(fact.begins, momentOf(validAt));
      fact.ends = earlier(fact.ends, momentOf(invalidAt));
      fact.stated = Math.min(fact.stated, Number(submittedAt));
      known.set(`${namespace} ${uuid}`, fact);
    }
  }
  return new Map([...known].map(([key, fact]) => [key, [fact.begins, endOf(fact, [...known.values()])]]));
}

function endOf(fact: Known, all: readonly Known[]): number | null {
  const start = fact.begins ?? fact.stated;
  return all
    .filter(({ rivalry, otherEnd }) => rivalry !== undefined && rivalry === fact.rivalry && otherEnd !== fact.otherEnd)
    .map(({ begins, stated }) => begins ?? stated)
    .filter((later) => later > start)
    .reduce(earlier, fact.ends);
}

function earlier(one: number | null, other: number | null): number | null {
  return one === null || (other !== null && other < one) ? other : one;
}

/** Events read from the log may hold moments in another form than a number. */
function momentOf(moment: number | null): number | null {
  return moment === null ? null : Number(moment);
}
