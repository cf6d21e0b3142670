import { again, correct, type AdviceByReason } from './advice.js';

const resend = 'Correct what sent it, and submit the document again.';
const malformed = { meaning: 'The submission has a field that is not as it must be.', remedy: resend };

/** Why a submission is refused, or its bytes can't be had. A reason that stands behind a role is only that role's. */
export const sourceReasons: AdviceByReason = {
  'bad-namespace': malformed,
  'bad-document-id': malformed,
  'bad-ingestion-id': malformed,
  'bad-version': malformed,
  'unknown-source': { meaning: 'There is no source of that name.', remedy: resend },
  'ingestion-id-taken': {
    meaning: 'Another document has its ingestionId.',
    remedy: 'Submit it with an ingestionId of its own, or without one.',
  },
  'bad-staging-reference': {
    meaning: 'It names staged bytes that are not its own.',
    remedy: 'Submit the document itself, from a path or an address, or upload it.',
  },
  'bad-json': { meaning: 'The content of the record is no JSON object.', remedy: resend },
  'invalid-record': {
    meaning: 'The record is not as its type says.',
    remedy: 'Correct the record, or its type in the folder PENSTOCK_RECORD_TYPES, and submit it again.',
  },
  'bad-location': {
    meaning: 'Its address or path can’t be asked.',
    remedy: 'Correct the address, without a password in it, and submit it again.',
  },
  'blocked-address': {
    meaning: 'Its address leads to a network or port that is not allowed.',
    remedy: 'Name it in PENSTOCK_HTTP_NETWORKS or PENSTOCK_HTTP_PORTS if it may be read, then replay it.',
  },
  'outside-roots': {
    meaning: 'Its path lies outside the folders that may be read.',
    remedy: 'Name the folder in PENSTOCK_UPLOAD_ROOTS if it may be read, then replay it; or upload the file.',
  },
  unreadable: {
    meaning: 'There is no file at its path, or none that the stager may read.',
    remedy: 'Put it there, or give the stager the right to read it, then replay it; or upload the file.',
  },
  'parser unreadable': { meaning: 'Its bytes are not in staging any more.', remedy: 'Submit the document again.' },
  'bytes-gone': { meaning: 'Its bytes are not in staging any more.', remedy: 'Upload the document again.' },
  gone: { meaning: 'There is nothing at its address any more.', remedy: 'Submit it from where it is now.' },
  'http-status': { meaning: 'The server of its address refused to hand it out.', remedy: again },
  'unknown-host': {
    meaning: 'The host that its address names does not exist.',
    remedy: 'Correct the address, and submit it again; if only the name service was away, replay it.',
  },
  'http-unreachable': {
    meaning: 'The server of its address could not be reached for as long as PENSTOCK_HTTP_DEADLINE says.',
    remedy: again,
  },
  'stager timeout': {
    meaning: 'The server of its address did not answer in time.',
    remedy: 'Replay it when the server is well; for a slow one raise PENSTOCK_HTTP_TIMEOUT first.',
  },
  'front-refused': {
    meaning: 'Front does not take the token.',
    remedy: 'Set a valid PENSTOCK_FRONT_TOKEN, then replay it.',
  },
  'front-forbidden': {
    meaning: 'Front does not let the token read this.',
    remedy: 'Give the token the right to read it, then replay it.',
  },
  'front-unreadable': { meaning: 'Front answered something that is not its API.', remedy: again },
};

/** Why a document can't be read. */
export const readingReasons: AdviceByReason = {
  'too-large': { meaning: 'It is larger than the limits allow.', remedy: 'Split the document, or raise the limit.' },
  unsupported: { meaning: 'There is no reader for such a document.', remedy: 'Save it in a format that is read.' },
  empty: { meaning: 'There is no text in it.', remedy: correct },
  corrupt: { meaning: 'The file is broken.', remedy: correct },
  encrypted: { meaning: 'It is protected by a password.', remedy: 'Save it without a password, and upload it again.' },
  scanned: {
    meaning: 'It holds pictures of text, and no text.',
    remedy: 'Run text recognition on it, and upload that.',
  },
  timeout: {
    meaning: 'Reading it took longer than it may.',
    remedy: 'Raise PENSTOCK_PARSE_TIMEOUT, below PENSTOCK_HANDLER_DEADLINE, then replay it; or split the document.',
  },
  'out-of-memory': {
    meaning: 'Reading it took more memory than a reader may hold.',
    remedy: 'Raise PENSTOCK_PARSE_MEMORY_MAX as far as the machine has it, then replay it; or split the document.',
  },
  crashed: {
    meaning: 'Its reader crashed twice in the middle of it.',
    remedy:
      'Keep it, since it shows a fault of the reader, and upload it in another format; if memory ran out, replay it.',
  },
  'unsafe-xml': {
    meaning: 'It declares a document type (XML entities), which is not read.',
    remedy: 'Save it without one, and upload it again under the same name.',
  },
  'unsafe-path': {
    meaning: 'A name in the archive leads out of it.',
    remedy: 'Pack it anew with plain names, and upload it again under the same name.',
  },
  'reader-unavailable': {
    meaning: 'No process could be started to read it.',
    remedy: 'Give the machine of the parser memory and processes, then replay it.',
  },
};
