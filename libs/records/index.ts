export { mapRecord } from './map-record.js';
export type { MappedRecord, RecordMapping, RecordValue } from './map-record.js';
export { recordTypeField, RecordTypes } from './record-types.js';
