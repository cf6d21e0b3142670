import type { JSX } from 'preact';

import type { BoardStage } from '../api/types.js';
import { healthOf, linePoints, type Health } from '../view/board-view.js';
import { countOf, countText, rateText } from '../view/format.js';

const healthTexts: Readonly<Record<Health, string>> = {
  stopped: 'no process runs it',
  behind: 'has work, and is silent',
  working: 'working',
  idle: 'idle',
};

/** One stage: events a second with their last two minutes, lag, documents in flight, processes. */
export function StageCard({
  stage,
  rates,
}: {
  readonly stage: BoardStage;
  readonly rates: readonly number[];
}): JSX.Element {
  const health = healthOf(stage);
  return (
    <article class={`stage ${health}`} aria-label={stage.role}>
      <header>
        <h3>{stage.role}</h3>
        <span class="health">{healthTexts[health]}</span>
      </header>
      <p class="rate">
        <strong>{rateText(stage.eventsPerSecond)}</strong> events/s
      </p>
      <svg class="line" viewBox="0 0 120 24" preserveAspectRatio="none" aria-hidden="true">
        <polyline points={linePoints(rates, 120, 24)} />
      </svg>
      <dl>
        <div>
          <dt>lag</dt>
          <dd>{countText(stage.lag)}</dd>
        </div>
        {stage.inFlight !== null && (
          <div>
            <dt>in flight</dt>
            <dd>{countText(stage.inFlight)}</dd>
          </div>
        )}
        <div>
          <dt>runs in</dt>
          <dd>{countOf(stage.instances, 'process', 'processes')}</dd>
        </div>
      </dl>
    </article>
  );
}
