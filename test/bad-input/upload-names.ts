/** Names of uploaded files that would lead elsewhere, or say what they are not: what such a name does, and the name. */
export const uploadNames: readonly (readonly [string, string])[] = [
  ['climbs out', '../../etc/cron.d/x.txt'],
  ['starts at the root', '/etc/passwd'],
  ['climbs out as Windows writes it', '..\\..\\x.txt'],
  ['is a device', 'CON'],
  ['turns the direction of writing', 'a\u202etxt.exe'],
  ['is 4 KB long', `${'n'.repeat(4_000)}.txt`],
  ['is a script', '<script>alert(1)</script>.txt'],
  ['ends a statement', "a'; DROP TABLE penstock.outbox; --.txt"],
  ['is emoji', '🫖.txt'],
];
