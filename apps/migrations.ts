import { accessMigrations, rowSecurityMigrations } from '#access';
import { auditMigrations } from '#audit';
import { boardMigrations } from '#board';
import type { Migration } from '#database';
import { deadLettersMigrations } from '#dead-letters';
import { frontMigrations } from '#front';
import { ledgerMigrations } from '#ledger';
import { answersMigrations, claimsMigrations } from '#models';
import { outboxMigrations } from '#outbox';
import { parkingMigrations } from '#parking';
import { queryMigrations } from '#query';
import { postgresStoreMigrations } from '#stores/postgres';
import { turnsMigrations, usageMigrations } from '#usage';

/** Every step of the schema, of all libs. */
export const migrations: readonly Migration[] = [
  ...outboxMigrations,
  ...ledgerMigrations,
  ...deadLettersMigrations,
  ...answersMigrations,
  ...queryMigrations,
  ...turnsMigrations,
  ...usageMigrations,
  ...frontMigrations,
  ...postgresStoreMigrations,
  ...auditMigrations,
  ...accessMigrations,
  ...rowSecurityMigrations,
  ...boardMigrations,
  ...claimsMigrations,
  ...parkingMigrations,
];
