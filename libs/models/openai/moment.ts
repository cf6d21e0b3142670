const datePattern = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/;

/**
 * The beginning of a year, month or day in UTC, in milliseconds since the epoch. Undefined if it is no date, or if the
 * passage does not even name the year: then the model has worked it out.
 */
export function momentOf(date: string | null, passage: string): number | undefined {
  const [, year, month = '01', day = '01'] = datePattern.exec(date ?? '') ?? [];
  if (year === undefined || !passage.includes(year)) return undefined;
  const moment = new Date(`${year}-${month}-${day}T00:00:00Z`);
  const sameDay = !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(`${year}-${month}-${day}`);
  return sameDay ? moment.getTime() : undefined;
}
