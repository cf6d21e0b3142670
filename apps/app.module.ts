import { Module, type DynamicModule, type Provider, type Type } from '@nestjs/common';

import { AdminActs } from '#access';
import { AuditReader } from '#audit';
import { BoardWatch } from '#board';
import { DeadLetterReader, DeadLetterReplay } from '#dead-letters';
import { FrontChanges } from '#front';
import {
  AdminActsController,
  AuditsController,
  BoardController,
  DeadLettersController,
  DocumentsController,
  DocumentView,
  FrontWebhookController,
  FrontWebhookOptions,
  GraphController,
  HealthChecks,
  HealthController,
  IngestionsController,
  LiveDocuments,
  RecordsController,
  Recorder,
  SearchController,
  SourceRules,
  Submitter,
  UsageController,
  UploadLimits,
  WhoamiController,
  type HealthCheck,
} from '#http';
import { LedgerReader } from '#ledger';
import { Asker, ContextBuilder, GraphReader, QueryReader, Searcher } from '#query';
import { Staging } from '#pipeline/stager';
import { RecordTypes } from '#records';
import { Metrics } from '#telemetry';
import { UsageReader } from '#usage';

import { budgetRules } from './budget-rules.js';
import type { LiveDocumentReader } from './live-document-reader.js';
import type { Platform } from './platform.js';
import type { RoleName } from './roles.js';
import type { SearchParts } from './search.js';
import type { ConsumingRole, RunningStage } from './stages.js';
import { stageToken } from './tokens.js';

/** What the process made before Nest starts; Nest hands it to whoever asks. */
export interface AppParts {
  readonly platform: Platform;
  readonly staging: Staging;
  readonly stages: ReadonlyMap<ConsumingRole, RunningStage>;
  readonly documents: LiveDocumentReader;
  /** Only in a process with the api role. */
  readonly search: SearchParts | undefined;
  /** Only in a process with the api role. */
  readonly board: BoardWatch | undefined;
  readonly checks: readonly HealthCheck[];
}

const documents = [DocumentsController, IngestionsController, RecordsController, DeadLettersController];
const readers = [SearchController, GraphController, UsageController];
const operation = [BoardController, AuditsController];
const everyProcess = [HealthController];
/** What the api role answers. */
const doors = [...documents, ...operation, ...readers, FrontWebhookController, WhoamiController, AdminActsController];
/** All routes there are. */
export const controllers: readonly Type[] = [...everyProcess, ...doors];

/** Only what the chosen roles need: a process without the api role has no door but health and metrics. */
@Module({})
export class AppModule {
  static forRoles(names: readonly RoleName[], parts: AppParts): DynamicModule {
    const api = names.includes('api');
    return {
      module: AppModule,
      controllers: api ? [...everyProcess, ...doors] : [...everyProcess],
      providers: [
        ...processProviders(parts),
        ...stageProviders(parts),
        ...(api ? [...apiProviders(parts), ...searchProviders(parts)] : []),
      ],
    };
  }
}

function processProviders({ platform, checks }: AppParts): Provider[] {
  return [
    { provide: Metrics, useValue: platform.metrics },
    { provide: HealthChecks, useValue: { checks } satisfies HealthChecks },
  ];
}

function stageProviders({ stages }: AppParts): Provider[] {
  return [...stages].map(([role, { stage }]) => ({ provide: stageToken(role), useValue: stage }));
}

function searchProviders({ search }: AppParts): Provider[] {
  return [
    { provide: Searcher, useValue: search?.searcher },
    { provide: Asker, useValue: search?.asker },
    { provide: ContextBuilder, useValue: search?.contexts },
    { provide: QueryReader, useValue: search?.queries },
    { provide: GraphReader, useValue: search?.graph },
  ];
}

function apiProviders({ platform, staging, documents, board }: AppParts): Provider[] {
  const { config, codec, nowMs, pool, reads } = platform;
  const letters = new DeadLetterReader(reads, codec);
  return [
    { provide: Staging, useValue: staging },
    { provide: AdminActs, useValue: new AdminActs(pool) },
    { provide: Recorder, useFactory: (acts: AdminActs) => new Recorder(acts), inject: [AdminActs] },
    { provide: UploadLimits, useValue: config },
    { provide: SourceRules, useValue: new SourceRules(config.frontNamespace) },
    { provide: Submitter, useValue: new Submitter(pool, codec, nowMs) },
    { provide: LedgerReader, useValue: new LedgerReader(reads) },
    { provide: UsageReader, useValue: new UsageReader(reads, budgetRules(config).defaultBudgets) },
    { provide: LiveDocuments, useValue: documents },
    { provide: BoardWatch, useValue: board },
    { provide: AuditReader, useValue: new AuditReader(pool) },
    { provide: RecordTypes, useValue: RecordTypes.read(config.recordTypesFolder) },
    { provide: FrontChanges, useValue: new FrontChanges(pool, config.frontNamespace) },
    { provide: FrontWebhookOptions, useValue: { secret: config.frontSecret, nowMs } },
    { provide: DeadLetterReader, useValue: letters },
    { provide: DeadLetterReplay, useValue: new DeadLetterReplay(pool, codec, letters, staging, nowMs) },
    {
      provide: DocumentView,
      useFactory: (ledger: LedgerReader, live: LiveDocuments) => new DocumentView(ledger, live),
      inject: [LedgerReader, LiveDocuments],
    },
  ];
}
