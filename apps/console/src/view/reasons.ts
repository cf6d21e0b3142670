interface Advice {
  /** What the reason means. */
  readonly meaning: string;
  /** What brings the document live. */
  readonly remedy: string;
}

const again = 'When the cause is gone, replay it.';
const correct = 'Correct the document, and upload it again under the same name.';

/** Reasons that people meet most, in the order of the stages. */
const known: Readonly<Record<string, Advice>> = {
  'http-status': { meaning: 'The server of its address refused to hand it out.', remedy: again },
  'blocked-address': {
    meaning: 'Its address leads to a network that is not allowed.',
    remedy: 'Name the network in PENSTOCK_HTTP_NETWORKS if it may be read, then replay it.',
  },
  'bad-location': { meaning: 'Its address makes no sense.', remedy: 'Correct the address, and submit it again.' },
  gone: { meaning: 'There is nothing at its address any more.', remedy: 'Submit it from where it is now.' },
  'bytes-gone': { meaning: 'Its bytes are not in staging any more.', remedy: 'Upload the document again.' },
  'too-large': { meaning: 'It is larger than the limits allow.', remedy: 'Split the document, or raise the limit.' },
  unsupported: { meaning: 'There is no reader for such a document.', remedy: 'Save it in a format that is read.' },
  empty: { meaning: 'There is no text in it.', remedy: correct },
  corrupt: { meaning: 'The file is broken.', remedy: correct },
  encrypted: { meaning: 'It is protected by a password.', remedy: 'Save it without a password, and upload it again.' },
  scanned: {
    meaning: 'It holds pictures of text, and no text.',
    remedy: 'Run text recognition on it, and upload that.',
  },
  timeout: { meaning: 'It took longer than it may.', remedy: again },
  'store-refused': { meaning: 'The store refused what was written.', remedy: again },
  'budget-exhausted': {
    meaning: 'The budget of its namespace was used up for longer than documents wait for one.',
    remedy: 'Raise the budget, or wait for the next day or month; then replay it.',
  },
  'write-deadline': { meaning: 'The store could not be reached for as long as a writer tries.', remedy: again },
  deadline: { meaning: 'It was not decided within the time that an ingestion has.', remedy: again },
  cancelled: { meaning: 'Somebody cancelled it.', remedy: 'Submit the document again if it is wanted after all.' },
  'failure-drill': {
    meaning: 'A drill: the setting PENSTOCK_FAIL_WRITER tells this writer to refuse documents with such a name.',
    remedy: 'Start Penstock without that setting, then replay it.',
  },
};

/** What a reason means and what to do about it; of an unknown one, what always helps. Pure. */
export function adviceFor(reason: string, role: string): Advice {
  const advice = Object.hasOwn(known, reason) ? known[reason] : undefined;
  if (advice !== undefined) return advice;
  if (role.startsWith('writer-')) {
    return { meaning: `The store behind ${role} could not take it.`, remedy: again };
  }
  return { meaning: `The ${role} could not go on with it.`, remedy: `${correct} If the document is right, replay it.` };
}
