const units = ['B', 'KiB', 'MiB', 'GiB'];

/** A size in bytes, for people. Pure, like all of this file. */
export function bytesText(bytes: number | null): string {
  if (bytes === null) return '–';
  const power = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[power]}`;
}

/** A time span, with two digits that matter. */
export function durationText(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return `${minutes} min ${Math.floor((ms % 60_000) / 1000)} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} days`;
}

/** The time from one moment to another; clocks of two machines may have the second one first. */
export function spanText(from: string, to: string): string {
  return durationText(Math.max(0, Date.parse(to) - Date.parse(from)));
}

/** How long ago a moment was. */
export function agoText(iso: string | null, nowMs: number): string {
  if (iso === null) return '–';
  const ms = nowMs - Date.parse(iso);
  return ms < 1000 ? 'just now' : `${durationText(ms).replace(/\.\d s/, ' s')} ago`;
}

/** A moment of a day, with what tells neighbours apart. */
export function clockText(iso: string): string {
  return iso.slice(11, 23);
}

/** Date and time, in UTC like the logs. */
export function momentText(iso: string | null): string {
  return iso === null ? '–' : `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}

/** What something cost; null if a price is unknown. */
export function usdText(usd: number | null): string {
  if (usd === null) return 'price unknown';
  if (usd === 0) return '$0';
  return usd < 0.01 ? `$${usd.toPrecision(2)}` : `$${usd.toFixed(2)}`;
}

export function countText(count: number): string {
  return count.toLocaleString('en-GB');
}

/** A rate as short as can be read at a glance. */
export function rateText(perSecond: number): string {
  if (perSecond === 0) return '0';
  return perSecond < 10 ? perSecond.toFixed(1) : countText(Math.round(perSecond));
}

/** `1 chunk`, `2 chunks`. */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${countText(count)} ${count === 1 ? one : many}`;
}
