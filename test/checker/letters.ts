/** I12: every injected poison record is among the dead letters, by its place in the log, and nothing else is. */
export function letterViolations(injected: readonly string[], letters: readonly string[]): string[] {
  const [wanted, found] = [new Set(injected), new Set(letters)];
  return [
    ...[...wanted].filter((id) => !found.has(id)).map((id) => `I12 poison ${id} is not among the dead letters`),
    ...[...found].filter((id) => !wanted.has(id)).map((id) => `I12 ${id} is a dead letter, but was no poison`),
  ];
}
