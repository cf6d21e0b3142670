import { recordBytes, type KafkaRecord } from './kafka-record.js';

/** Bounds of what waits for one partition. Fetching pauses above the high marks and resumes below half of them. */
export interface QueueMarks {
  readonly records: number;
  readonly bytes: number;
}

/** Records of one partition that were fetched and not yet taken, in order. */
export class PartitionQueue {
  private records: KafkaRecord[] = [];
  private bytes = 0;

  constructor(private readonly marks: QueueMarks) {}

  push(records: readonly KafkaRecord[]): void {
    this.records.push(...records);
    for (const record of records) this.bytes += recordBytes(record);
  }

  /** Up to so many records and, beyond the first, so many bytes from the front. */
  take(recordsMax: number, bytesMax: number): KafkaRecord[] {
    let count = 0;
    let bytes = 0;
    for (const record of this.records) {
      const size = recordBytes(record);
      if (count >= recordsMax || (count > 0 && bytes + size > bytesMax)) break;
      count += 1;
      bytes += size;
    }
    this.bytes -= bytes;
    return this.records.splice(0, count);
  }

  get length(): number {
    return this.records.length;
  }

  get full(): boolean {
    return this.records.length >= this.marks.records || this.bytes >= this.marks.bytes;
  }

  get drained(): boolean {
    return this.records.length <= this.marks.records / 2 && this.bytes <= this.marks.bytes / 2;
  }
}
