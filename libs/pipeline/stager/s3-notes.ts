import type { StagingNotes } from './staging.js';

const field = 'notes';

/** Notes as metadata of an object: stores take ASCII only there, and fold the case of names. */
export function storedNotes(notes: StagingNotes): Record<string, string> {
  if (Object.keys(notes).length === 0) return {};
  return { [field]: Buffer.from(JSON.stringify(notes)).toString('base64url') };
}

/** The notes that an object's metadata holds. */
export function notesOf(metadata: Readonly<Record<string, string>> | undefined): StagingNotes {
  const stored = metadata?.[field];
  if (stored === undefined) return {};
  return JSON.parse(Buffer.from(stored, 'base64url').toString()) as StagingNotes;
}
