import {
  endsRole,
  endsWithAll,
  isStage,
  isUndo,
  throwsAlways,
  throwsMax,
  type Cell,
  type Point,
  type TestedRole,
} from './cells.js';

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
  api: {
    P1: 'the request has come in',
    P2: 'half of an upload is staged, or a deletion about to begin',
    P3: 'all is sent to the database, nothing committed',
    P4: 'committed, the API has not heard so',
    P5: 'its event is published, the answer not sent',
  },
  janitor: {
    P1: 'the end of a mail has come in',
    P2: 'before it looks for what follows',
    P3: 'before the commit of the first thing that follows',
    P4: 'all that follows is said, staged bytes are not removed',
    P5: 'all is done, the offset not committed',
  },
  'dead-letters': {
    P1: 'the letter has come in',
    P2: 'before the transaction that keeps it',
    P3: 'before its commit',
    P4: 'committed, the role has not heard so',
    P5: 'it is kept, the offset not committed',
  },
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
  const copied =
    role === 'api' ? 'the same is asked for twice at once' : 'all it takes in of the document stands twice';
  const twice = delivery === 'twice' ? `, ${copied}` : '';
  return `${role}, ${meanings[role][point] ?? ''}; ${operationOf(cell)}; ${faultOf(cell)}${twice}`;
}

function operationOf(cell: Cell): string {
  const { role, operation } = cell;
  if (role === 'api') return asked[operation];
  if (role === 'dead-letters') {
    return operation === 'delete'
      ? 'the letter of an update that the stager refused and a deletion followed; kept, it may not be replayed'
      : `the letter of a document whose ${operation} the stager refused; kept, it is replayed`;
  }
  if (role === 'janitor') return `${mails[operation]}; another janitor sweeps meanwhile, as if all bytes were old`;
  if (operation === 'delete' && isStage(role)) return 'a deletion overtakes the update that is held here';
  if (operation === 'delete' && isUndo(cell)) return 'a deletion meets an update that is written and undecided';
  if (isUndo(cell)) return `another writer refuses the ${operation} once this one has written it`;
  return operation;
}

/** Clients of the API ask again until they hear what came of it, with the same idempotency key. */
const asked: Readonly<Record<Cell['operation'], string>> = {
  create: 'a new document is uploaded',
  update: 'another version is uploaded',
  delete: 'a document is deleted',
  replay: 'the letter of an upload that the stager had refused is replayed',
};

const mails: Readonly<Partial<Record<Cell['operation'], string>>> = {
  create: 'it became live, its attachment is to come',
  update: 'a version with another attachment became live: that is to come, and the old one to go',
  delete: 'it was deleted, its attachment is to go',
};

/** What goes wrong in the API once it has committed is that somebody does not hear of it. */
function faultOfApi(cell: Cell): string {
  const { point } = cell;
  if (point === 'P4') return `the answer to the commit is lost, up to ${throwsMax(cell)} times`;
  if (point === 'P5') return `the answer to the client is lost, up to ${throwsMax(cell)} times`;
  return 'a permanent error each time, of which the client is told';
}

function faultOf(cell: Cell): string {
  if (cell.fault === 'kill') return 'SIGKILL, another process starts';
  if (cell.fault === 'stall') {
    const takenOver = cell.role === 'api' ? 'has been asked for the same' : 'has the partitions';
    return `SIGSTOP until another process ${takenOver}, then SIGCONT`;
  }
  if (cell.role === 'api') return faultOfApi(cell);
  if (endsRole(cell) || endsWithAll(cell)) return 'a permanent error that ends the process, another one starts';
  if (cell.role === 'janitor') return 'a permanent error each time, of which there is a letter; that is replayed';
  const times = throwsMax(cell);
  return `a permanent error, ${times < throwsAlways ? `up to ${times} times` : 'each time it is tried'}`;
}
