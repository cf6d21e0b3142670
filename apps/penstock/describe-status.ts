import { styleText } from 'node:util';

import type { LastAudit } from '#audit';
import type { Troubles } from '#board';
import type { Waiting } from '#usage';

export interface ServiceReport {
  readonly address: string;
  readonly healthy: boolean;
  /** `healthy`, or what it is instead; `starting` and `crashed` are said of the stack of this machine. */
  readonly state: string;
  /** Why it is not healthy. */
  readonly problem?: string;
  readonly log?: string;
}

/** Health at a glance; null where what would say it is away. */
export interface Status {
  readonly services: Readonly<Record<string, ServiceReport>>;
  readonly roles: readonly { readonly role: string; readonly members: number }[];
  readonly lag: Readonly<Record<string, number>> | null;
  /** Records that a role would skip, where there are any: it refuses to go on. */
  readonly gaps: readonly { readonly role: string; readonly topic: string; readonly records: number }[];
  /** `refused`: rows that the log refuses, and with which their documents wait. */
  readonly outbox: { readonly rows: number; readonly ageSeconds: number; readonly refused: number } | null;
  /** `stuck`: those past their deadline, and the oldest of them. */
  readonly sagas: { readonly undecided: number; readonly stuck: Troubles['stuck'] } | null;
  readonly breakers: Troubles['breakers'] | null;
  /** Calls to models that wait, e.g. for a budget or a key. */
  readonly waiting: readonly Waiting[] | null;
  readonly deadLetters: number | null;
  /** What the last audit of all namespaces came to. */
  readonly audit: LastAudit | null;
}

function describeAudit({ finishedAt, documents, findings, outcomes }: LastAudit): string {
  const total = findings.reduce((sum, { count }) => sum + count, 0);
  const open = outcomes.found + outcomes.left;
  const found = total === 0 ? 'nothing found' : `${total} findings, ${open} not healed`;
  return `${documents} documents, ${found}, ${finishedAt}`;
}

export function describeStatus(status: Status): string {
  const { services, roles, lag, gaps, outbox, waiting, deadLetters, audit } = status;
  const lines = Object.entries(services).map(([name, { address, healthy, state, problem, log }]) => {
    const mark = healthy ? styleText('green', state.padEnd(9)) : styleText('red', state.padEnd(9));
    const why = problem === undefined ? '' : `: ${problem}`;
    return `${name.padEnd(9)} ${mark} ${address}${why}${state === 'crashed' ? `  log: ${log ?? ''}` : ''}`;
  });
  lines.push(`roles     ${roles.map(({ role, members }) => `${role} ×${members}`).join(', ') || 'none'}`);
  lines.push(`lag       ${lag === null ? 'unknown' : Object.values(lag).reduce((sum, one) => sum + one, 0)}`);
  for (const { role, topic, records } of gaps) {
    lines.push(
      styleText('red', `gap       ${role} would skip ${records} records of ${topic}: see the runbook, Offset gap`),
    );
  }
  lines.push(
    `outbox    ${outbox === null ? 'unknown' : `${outbox.rows} rows, oldest ${outbox.ageSeconds.toFixed(1)} s`}`,
  );
  if (outbox !== null && outbox.refused > 0) {
    lines.push(styleText('red', `          ${outbox.refused} rows are refused by Kafka: see the runbook, Outbox age`));
  }
  lines.push(...describeSagas(status), ...describeBreakers(status));
  for (const { model, reason, message, since } of waiting ?? []) {
    lines.push(`waiting   ${styleText('yellow', reason)} since ${since}: ${message} (${model})`);
  }
  lines.push(`dead letters ${deadLetters ?? 'unknown'}`);
  // What could not be read is not known, and not said to be nothing.
  const noAudit = outbox === null ? 'unknown' : 'none yet';
  lines.push(`audit     ${audit === null ? noAudit : describeAudit(audit)}`);
  return lines.join('\n');
}

function describeSagas({ sagas }: Status): string[] {
  if (sagas === null) return ['sagas     unknown'];
  const { undecided, stuck } = sagas;
  const first = `sagas     ${undecided} undecided`;
  if (stuck.count === 0) return [first];
  const oldest = stuck.oldest.flatMap(({ ingestionId, namespace, documentId, status, admittedAt, remedy }) => [
    styleText('red', `stuck     ${ingestionId} ${namespace}/${documentId} ${status} since ${admittedAt}`),
    `          ${remedy}`,
  ]);
  return [
    `${first}, ${styleText('red', `${stuck.count} past their deadline`)}: see the runbook, Stuck sagas`,
    ...oldest,
  ];
}

function describeBreakers({ breakers }: Status): string[] {
  if (breakers === null) return ['breakers  unknown'];
  const { stores, models } = breakers;
  if (stores.length + models.length === 0) return ['breakers  none open'];
  return [
    ...stores.map(({ role, dependency, processes, reason, since }) => {
      const what = styleText('red', `${dependency} is not called`);
      return `breakers  ${what} by ${role} ×${processes} since ${since}: ${reason}: see the runbook, Breaker open`;
    }),
    ...models.map(({ model, until }) => `breakers  ${styleText('yellow', model)} wants no calls until ${until}`),
  ];
}

/** Whether somebody has to act; what waits for a model, or lies with the dead letters, does nobody harm. */
export function needsAttention({ services, gaps, outbox, sagas, breakers }: Status): boolean {
  const isUnhealthy = Object.values(services).some(({ healthy }) => !healthy);
  const isHeld = (outbox?.refused ?? 0) > 0 || (sagas?.stuck.count ?? 0) > 0;
  return isUnhealthy || gaps.length > 0 || isHeld || (breakers?.stores ?? []).length > 0;
}
