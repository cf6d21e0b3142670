import { eventNames, topicOfEvent, topics, type EventName } from '#events';
import type { RoleSpec } from '#kafka';

const sagaLog = ['DocumentEmbedded', 'StoreWritten', 'CompensationRequested', 'DocumentRetracted'] as const;
const writerSays = [
  'StoreWritten',
  'CompensationRequested',
  'StorePromoted',
  'StoreCompensated',
  'StoreRetracted',
] as const;
const stageSays = ['CompensationRequested'] as const;
const outcomes = ['StorePromoted', 'StoreCompensated', 'StoreRetracted'] as const;
const progress = ['DocumentStaged', 'DocumentParsed', 'DocumentExtracted'] as const;

/**
 * The map: role → what it consumes → what it produces. The group of a role is `penstock.<role>`; topics follow from
 * the event types. Roles that consume nothing are the doors (api, front) and the outbox relay;
 * dead letters are taken as they are, since they may say anything or nothing.
 */
export const roles = [
  { role: 'api', consumes: [], produces: ['DocumentSubmitted', 'DocumentStaged', 'DocumentRetracted'] },
  { role: 'relay', consumes: [], produces: [] },
  { role: 'front', consumes: [], produces: ['DocumentSubmitted', 'DocumentRetracted'] },
  { role: 'stager', consumes: ['DocumentSubmitted'], produces: ['DocumentStaged', ...stageSays] },
  { role: 'parser', consumes: ['DocumentStaged'], produces: ['DocumentParsed', ...stageSays] },
  { role: 'extractor', consumes: ['DocumentParsed'], produces: ['DocumentExtracted', ...stageSays] },
  { role: 'embedder', consumes: ['DocumentExtracted'], produces: ['DocumentEmbedded', ...stageSays] },
  { role: 'writer-neo4j', consumes: sagaLog, produces: writerSays },
  { role: 'writer-postgres', consumes: sagaLog, produces: writerSays },
  { role: 'writer-qdrant', consumes: sagaLog, produces: writerSays },
  { role: 'writer-redis', consumes: sagaLog, produces: writerSays },
  {
    role: 'ledger',
    consumes: [...progress, ...sagaLog, ...outcomes],
    produces: ['IngestionConcluded', 'CompensationRequested', 'DocumentRetracted'],
  },
  {
    role: 'janitor',
    consumes: ['IngestionConcluded'],
    produces: ['DocumentSubmitted', 'DocumentStaged', 'DocumentRetracted', 'StorePromoted', 'CompensationRequested'],
  },
  { role: 'dead-letters', consumes: [], produces: [], takes: ['deadLetter'] },
] as const satisfies readonly RoleSpec[];

export type RoleName = (typeof roles)[number]['role'];
export const roleNames: readonly RoleName[] = roles.map(({ role }) => role);

/** Those that write, read or remove the staged bytes of documents; no other needs to reach them. */
export const rolesOnStaging: readonly RoleName[] = ['api', 'front', 'stager', 'parser', 'janitor'];

/** Those with a group: the others consume nothing whose members and offsets could be looked at. */
export const consumingRoles: readonly RoleName[] = roles
  .filter((spec: RoleSpec) => spec.consumes.length > 0 || spec.takes !== undefined)
  .map(({ role }) => role);

export function roleSpec(name: RoleName): RoleSpec {
  const spec = roles.find(({ role }) => role === name);
  if (spec === undefined) throw new RangeError(`no role ${name}`);
  return spec;
}

/** What a map of roles gets wrong: the process refuses to start unless this is empty. */
export function roleProblems(specs: readonly RoleSpec[] = roles): string[] {
  const problems: string[] = [];
  const names = specs.map(({ role }) => role);
  for (const name of new Set(names.filter((role, i) => names.indexOf(role) !== i))) {
    problems.push(`role ${name} stands twice; its group would not be unique`);
  }
  const says = (event: EventName): boolean => specs.some(({ produces }) => produces.includes(event));
  const hears = (event: EventName): boolean => specs.some(({ consumes }) => consumes.includes(event));
  for (const event of eventNames) {
    if (!says(event)) problems.push(`${event} is produced by no role`);
    if (!hears(event)) problems.push(`${event} is consumed by no role`);
    if (topics[topicOfEvent[event]] === undefined) problems.push(`${event} has no topic`);
  }
  const known = new Set<string>(eventNames);
  for (const { role, consumes, produces } of specs) {
    for (const event of [...consumes, ...produces]) {
      if (!known.has(event)) problems.push(`role ${role} names ${event}, which has no schema in avro/`);
    }
  }
  return problems;
}
