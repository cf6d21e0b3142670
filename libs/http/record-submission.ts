import { PermanentFailure } from '#failure';
import { recordTypeField, type RecordTypes } from '#records';

import { checkedBody } from './checked-body.js';
import type { Submission } from './check-submission.js';
import { exactField, isDeeper } from './json-body.js';
import { SubmitRecord } from './submission.dto.js';

const depthMax = 100;

/**
 * The submission of a record, checked by what its type says.
 * @param json the body as it came, so that no digit of a number is lost.
 * @throws PermanentFailure `bad-request`, `bad-json` or `invalid-record`.
 */
export function recordSubmission(body: unknown, json: string, types: RecordTypes): Submission {
  const { namespace, documentId, record, type, title, metadata, force } = checkedBody(SubmitRecord, body);
  const named = type === undefined ? { ...metadata } : { ...metadata, [recordTypeField]: type };
  types.check(named, record);
  return {
    namespace: namespace ?? 'default',
    documentId,
    source: 'json_record',
    location: '',
    content: exactField(json, 'record'),
    mediaType: 'application/json',
    title: title ?? null,
    metadata: named,
    force: force ?? false,
  };
}

/** The same for a line of many. @throws PermanentFailure as well `bad-json` for a line that is none. */
export function lineSubmission(json: string, types: RecordTypes): Submission {
  if (isDeeper(Buffer.from(json), depthMax)) {
    throw new PermanentFailure(`the JSON is nested over ${depthMax} levels`, { reason: 'bad-request' });
  }
  return recordSubmission(parsed(json), json, types);
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new PermanentFailure('the line is no JSON', { reason: 'bad-json', cause: error });
  }
}
