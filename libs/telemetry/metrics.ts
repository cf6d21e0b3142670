import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const hitCounts = [0, 1, 2, 5, 10, 20, 50, 100];
/** How often it is seen whether the event loop turns: each look wakes the process, and a stall that matters is long. */
const loopSampleMs = 100;

/**
 * Every metric of the process, registered once however many roles share it; `role` is a label. Made once in the
 * process's main and passed in, so importing this file registers nothing.
 */
export class Metrics {
  readonly registry = new Registry();

  /** outcome: done | retried | dead_letter. */
  readonly events = this.counter('penstock_events_total', 'Events handled.', ['role', 'topic', 'outcome']);
  /** outcome: done | failed; a failed one is tried again or given up. */
  readonly handleSeconds = this.histogram('penstock_handle_seconds', 'Time to handle one batch.', ['role', 'outcome']);
  readonly factsDropped = this.counter('penstock_facts_dropped_total', 'Facts without both of their entities.', [
    'model',
  ]);
  readonly retries = this.counter('penstock_retries_total', 'Batches tried again in place.', ['role', 'reason']);
  /** Absent while nothing is tried again; time that waits for a budget or a limit does not count. */
  readonly stepAgeSeconds = this.gauge('penstock_step_age_seconds', 'How long one step has been tried again.', [
    'role',
    'topic',
    'partition',
  ]);
  /** 0 closed, 1 half open, 2 open. */
  readonly breakerState = this.gauge('penstock_breaker_state', 'State of a circuit breaker.', ['role', 'dependency']);
  readonly published = this.counter('penstock_published_total', 'Events published and acknowledged.', [
    'role',
    'topic',
  ]);
  readonly consumerLag = this.gauge('penstock_consumer_lag_events', 'Events not yet committed.', [
    'role',
    'topic',
    'partition',
  ]);
  /** What consumers say of themselves goes with them; these two are reported by a process that stays. */
  readonly groupLag = this.gauge('penstock_group_lag_events', 'Events not yet committed by a role.', ['role', 'topic']);
  readonly groupMembers = this.gauge('penstock_group_members', 'Consumers that work for a role.', ['role']);
  readonly consumerRestarts = this.counter(
    'penstock_consumer_restarts_total',
    'Consumers made anew after a crash or stall.',
    ['role', 'cause'],
  );
  readonly offsetGaps = this.counter(
    'penstock_offset_gaps_total',
    'Offsets that were skipped: retention passed a consumer.',
    ['role', 'topic'],
  );
  /** A role that finds a gap ends at once, and its metrics with it; this one is reported by a process that stays. */
  readonly offsetGapEvents = this.gauge(
    'penstock_offset_gap_events',
    'Events that a role would skip if it went on; it refuses to.',
    ['role', 'topic'],
  );
  /** decision: live | compensated | superseded | retracted. */
  readonly sagaDecisions = this.counter('penstock_saga_decisions_total', 'Decisions applied in a store.', [
    'store',
    'decision',
  ]);
  readonly sagasOpen = this.gauge('penstock_sagas_open', 'Ingestions that are not decided.', ['store', 'partition']);
  readonly ingestions = this.counter('penstock_ingestions_total', 'Ingestions concluded.', ['status']);
  readonly ingestionSeconds = this.histogram('penstock_ingestion_seconds', 'Submission to conclusion.', ['status']);
  /** At most 1000. */
  readonly ingestionsOverdue = this.gauge('penstock_ingestions_overdue', 'Ingestions past their deadline.', []);
  readonly outboxRows = this.gauge('penstock_outbox_rows', 'Rows waiting in the outbox.', []);
  readonly outboxRefusedRows = this.gauge(
    'penstock_outbox_refused_rows',
    'Rows that the log refuses and that may not be given up.',
    [],
  );
  readonly outboxAgeSeconds = this.gauge('penstock_outbox_age_seconds', 'Age of the oldest row in the outbox.', []);
  /** kind: prompt | completion; namespace: as `FirstNames` shows it. */
  readonly tokens = this.counter('penstock_model_tokens_total', 'Model tokens paid for.', [
    'namespace',
    'model',
    'kind',
  ]);
  /** outcome: answered, or why there is no answer of use. */
  readonly modelCalls = this.counter('penstock_model_calls_total', 'Calls of models that cost money.', [
    'model',
    'purpose',
    'outcome',
  ]);
  readonly modelCost = this.counter('penstock_model_cost_usd_total', 'Cost of calls whose price is known.', [
    'namespace',
    'model',
  ]);
  /** status: of the ingestion that paid, `none` where none did; an ingestion may come to another one later. */
  readonly modelSpentTokens = this.gauge('penstock_model_spent_tokens', 'Model tokens paid for in this month.', [
    'status',
  ]);
  readonly modelSpentUsd = this.gauge('penstock_model_spent_usd', 'Cost in this month of calls whose price is known.', [
    'status',
  ]);
  /** 1 while calls wait; absent otherwise. */
  readonly modelWaiting = this.gauge('penstock_model_waiting', 'Calls of a model wait.', [
    'model',
    'namespace',
    'reason',
  ]);
  /** 1 while a budget is used up; absent otherwise. */
  readonly budgetExhausted = this.gauge('penstock_budget_exhausted', 'A budget is used up.', ['namespace']);
  readonly parkedEvents = this.gauge('penstock_parked_events', 'Parts of documents that wait for a budget.', []);
  readonly parkedEventsAge = this.gauge(
    'penstock_parked_events_age_seconds',
    'Age of the oldest part of a document that waits for a budget.',
    [],
  );
  readonly parkedEventsReturns = this.gauge(
    'penstock_parked_events_returns',
    'How often a part that waits for a budget was sent on and came back, at most.',
    [],
  );
  readonly answerItemsDropped = this.counter(
    'penstock_answer_items_dropped_total',
    'Entities and facts of an answer that were left out.',
    ['model', 'cause'],
  );
  readonly answersReused = this.counter('penstock_answers_reused_total', 'Model calls saved by stored answers.', [
    'model',
  ]);
  /** outcome: found | empty | partial | failed; cached: true | false. */
  readonly searches = this.counter('penstock_searches_total', 'Questions asked.', ['route', 'outcome', 'cached']);
  readonly searchSeconds = this.histogram('penstock_search_seconds', 'Time to answer a question.', ['route', 'cached']);
  /** Questions that found nothing are in the bucket 0. */
  readonly searchHits = new Histogram({
    ...{ name: 'penstock_search_hits', help: 'Hits of the page that answers a question.', buckets: hitCounts },
    ...{ labelNames: ['route', 'cached'] as const, registers: [this.registry] },
  });
  /** outcome: clean | findings | failed. */
  readonly audits = this.counter('penstock_audits_total', 'Audits that ended.', ['outcome']);
  readonly auditFindings = this.gauge('penstock_audit_findings', 'Findings of the last audit, whoever ran it.', [
    'kind',
    'store',
  ]);
  /** outcome: found | healed | removed | left. */
  readonly auditOutcomes = this.counter('penstock_audit_outcomes_total', 'Findings, by what became of them.', [
    'outcome',
  ]);
  readonly auditDocuments = this.gauge('penstock_audit_documents', 'Documents that the last audit compared.', []);
  readonly auditSeconds = this.gauge(
    'penstock_audit_duration_seconds',
    'How long the last audit of this process took.',
    [],
  );
  /** Absent where no audit is due. */
  readonly auditInterval = this.gauge('penstock_audit_interval_seconds', 'How often an audit is due.', []);
  readonly auditFinished = this.gauge('penstock_audit_finished_timestamp_seconds', 'When the last audit ended.', []);
  readonly tombstonesCollected = this.counter('penstock_tombstones_collected_total', 'Old tombstones removed.', [
    'store',
  ]);
  /** outcome: exported | failed; what a full queue dropped is in neither. */
  readonly spans = this.counter('penstock_spans_total', 'Spans of traces given to the collector.', ['outcome']);
  readonly httpSeconds = this.histogram('penstock_http_seconds', 'Time to answer a request.', [
    'method',
    'route',
    'status',
  ]);

  /** Also measures the process itself; called once by the main of a process. */
  collectProcess(): void {
    collectDefaultMetrics({ register: this.registry, eventLoopMonitoringPrecision: loopSampleMs });
  }

  private counter<L extends string>(name: string, help: string, labelNames: readonly L[]): Counter<L> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  /**
   * Absent until it is set. The client would show one without labels as 0 at once, in every process; a relay without a
   * backlog and no relay at all would look the same.
   */
  private gauge<L extends string>(name: string, help: string, labelNames: readonly L[]): Gauge<L> {
    const gauge = new Gauge({ name, help, labelNames, registers: [this.registry] });
    if (labelNames.length === 0) gauge.remove();
    return gauge;
  }

  private histogram<L extends string>(name: string, help: string, labelNames: readonly L[]): Histogram<L> {
    return new Histogram({ name, help, labelNames, buckets: seconds, registers: [this.registry] });
  }
}
