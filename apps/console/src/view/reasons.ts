import { again, type Advice, type AdviceByReason } from './advice.js';
import { readingReasons, sourceReasons } from './document-reasons.js';
import { modelReasons, serviceReasons } from './service-reasons.js';

const known: AdviceByReason = { ...sourceReasons, ...readingReasons, ...modelReasons, ...serviceReasons };

/** What a reason means and what to do about it; of an unknown one, what always helps. Pure. */
export function adviceFor(reason: string, role: string): Advice {
  const key = [`${role} ${reason}`, reason].find((one) => Object.hasOwn(known, one));
  const advice = key === undefined ? undefined : known[key];
  if (advice !== undefined) return advice;
  if (reason.startsWith('model-')) {
    return { meaning: `The model that the ${role} asks gave no answer of use.`, remedy: again };
  }
  if (role.startsWith('writer-')) {
    return { meaning: `The store behind ${role} could not take it.`, remedy: again };
  }
  return { meaning: `The ${role} could not go on with it.`, remedy: anyReason };
}

const anyReason =
  'Mend what the message names, and replay it. If the document itself is wrong, correct it and upload it again.';
