import type { IHeaders } from 'kafkajs';

/** A record as it lies in the log, bytes untouched. */
export interface KafkaRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: IHeaders;
  readonly timestampMs: number;
}

/** An encoded record to be sent. */
export interface RawRecord {
  readonly topic: string;
  readonly key: Buffer | string | null;
  readonly value: Buffer | null;
  readonly headers: IHeaders;
}

/** Bytes a record counts for where bytes are bounded; headers are small and counted roughly. */
export function recordBytes(record: Pick<RawRecord, 'key' | 'value' | 'headers'>): number {
  const headerBytes = Object.entries(record.headers).reduce(
    (sum, [name, value]) => sum + name.length + sizeOf(value),
    0,
  );
  return (record.value?.length ?? 0) + sizeOf(record.key ?? undefined) + headerBytes + 70;
}

function sizeOf(value: IHeaders[string]): number {
  if (value === undefined) return 0;
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + sizeOf(item), 0);
  return typeof value === 'string' ? Buffer.byteLength(value) : value.length;
}

/** Headers as text; of a repeated header the last counts. */
export function textHeaders(headers: IHeaders): Record<string, string> {
  const entries = Object.entries(headers).flatMap(([name, value]) => {
    const last = Array.isArray(value) ? value.at(-1) : value;
    return last === undefined || (last as unknown) === null ? [] : [[name, last.toString()] as const];
  });
  return Object.fromEntries(entries);
}
