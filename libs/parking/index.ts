export { ParkedEvents } from './parked-events.js';
export { parkingMigrations } from './parked-events-table.js';
export { ParkingStage } from './parking.stage.js';
export { ReleaseParked } from './release-parked.js';
export { ReplayUnpaid } from './replay-unpaid.js';
