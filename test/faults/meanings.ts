import { endsRole, isStage, isUndo, throwsAlways, throwsMax, type Cell, type Point, type TestedRole } from './cells.js';

type Steps = Readonly<Partial<Record<Point, string>>>;

const fromLog = { P1: 'the event has come in', P4: 'its result is there, not published' };
const stage = { ...fromLog, P5: 'its result is published, its offset not committed' };

/** What each point is in each role. */
const meanings: Readonly<Record<TestedRole, Steps>> = {
  relay: {
    P1: 'rows are read',
    P2: 'before they are published',
    P3: 'half of them are published',
    P4: 'all are acknowledged, none is removed',
    P5: 'they are removed, the relay has not heard so',
  },
  stager: { ...stage, P2: 'before the bytes are staged', P3: 'bytes staged, not yet compared with the live version' },
  parser: { ...stage, P2: 'before the bytes are read', P3: 'half of the bytes are read' },
  extractor: { ...stage, P2: 'before kept answers are looked up', P3: 'the model has answered, nothing is kept yet' },
  embedder: { ...stage, P2: 'before the model is asked', P3: 'vectors are there, the part is not' },
  ledger: {
    P1: 'the batch that concludes has come in',
    P2: 'before its transaction',
    P3: 'before its commit',
    P4: 'committed, the conclusion waits in the outbox',
    P5: 'the conclusion is published, the offset not committed',
  },
  'writer-neo4j': writer('all is sent, nothing committed'),
  'writer-postgres': {
    ...writer('all is sent, nothing committed'),
    P4: 'receipt and parts are committed together, the receipt waits in the outbox',
    P5: 'the receipt is published, the offset not committed',
  },
  'writer-qdrant': writer('the first of several requests is answered'),
  'writer-redis': writer('the script has run, its answer is not heard'),
};

function writer(midEffect: string): Steps {
  return {
    P1: 'the batch has come in',
    P2: 'before parts are written pending, or versions retracted',
    P3: `in the middle of that: ${midEffect}`,
    P4: 'done, the receipt is not published',
    P5: 'the receipt is published, the offset not committed',
    P6: 'before the undoing',
    P7: 'undone, not yet said so',
    P8: 'before the promotion',
    P9: `in the middle of the promotion: ${midEffect}`,
    P10: 'promoted, not yet said so',
  };
}

/** What a cell does, in words. */
export function meaningOf(cell: Cell): string {
  const { role, point, delivery } = cell;
  const twice = delivery === 'twice' ? ', all it takes in of the document stands twice' : '';
  return `${role}, ${meanings[role][point] ?? ''}; ${operationOf(cell)}; ${faultOf(cell)}${twice}`;
}

function operationOf(cell: Cell): string {
  const { role, operation } = cell;
  if (operation === 'delete' && isStage(role)) return 'a deletion overtakes the update that is held here';
  if (operation === 'delete' && isUndo(cell)) return 'a deletion meets an update that is written and undecided';
  if (isUndo(cell)) return `another writer refuses the ${operation} once this one has written it`;
  return operation;
}

function faultOf(cell: Cell): string {
  if (cell.fault === 'kill') return 'SIGKILL, another process starts';
  if (cell.fault === 'stall') return 'SIGSTOP until another process has the partitions, then SIGCONT';
  if (endsRole(cell)) return 'a permanent error that ends the process, another one starts';
  const times = throwsMax(cell);
  return `a permanent error, ${times < throwsAlways ? `up to ${times} times` : 'each time it is tried'}`;
}
