/** Built-in number formats of spreadsheets that show a date or time; ECMA-376 part 1, 18.8.30. */
const dateFormats = new Set([14, 15, 16, 17, 18, 19, 20, 21, 22, 27, 30, 36, 45, 46, 47, 50, 57]);
const dayMs = 86_400_000;
const epochMs = Date.UTC(1899, 11, 30);
/** Days between the two epochs that spreadsheets count from. */
const days1904 = 1462;

/** Whether a number format shows a date; `[h]` counts hours, and what is quoted or escaped is only shown. */
export function isDateFormat(id: number, code: string | undefined): boolean {
  if (code === undefined) return dateFormats.has(id);
  const bare = code.replace(/"[^"]*"|\\.|_.|\*./gu, '').replace(/\[(?!h+\]|m+\]|s+\])[^\]]*\]/giu, '');
  return /[dmyhs]/iu.test(bare) && !/general/iu.test(bare);
}

/** A day number as ISO 8601: the date, the time, or both, as far as the number says something. */
export function dateText(serial: number, is1904: boolean): string | undefined {
  const day = serial + (is1904 ? days1904 : 0);
  if (!Number.isFinite(day) || day < 0 || day > 2_958_466) return undefined;
  const iso = new Date(epochMs + Math.round((day * dayMs) / 1000) * 1000).toISOString();
  if (day < 1) return iso.slice(11, 19);
  return day % 1 === 0 ? iso.slice(0, 10) : `${iso.slice(0, 10)} ${iso.slice(11, 19)}`;
}
