import type { JSX } from 'preact';

import { useConsole } from '../hooks/console-context.js';
import { BoardNumbers } from '../parts/board-numbers.js';
import { OutcomeBar } from '../parts/outcome-bar.js';
import { StageCard } from '../parts/stage-card.js';
import { stageRows } from '../view/board-view.js';

/** What every stage does at this moment. */
export function BoardPage(): JSX.Element {
  const { live } = useConsole();
  const { board, rates } = live;
  if (board === undefined) return <Waiting />;
  return (
    <>
      <h1>Board</h1>
      {board.away.length > 0 && (
        <div class="note bad" role="alert">
          <p>{board.away.map((one) => (one === 'kafka' ? 'Kafka' : 'PostgreSQL')).join(' and ')} can not be reached.</p>
        </div>
      )}
      {board.work && <BoardNumbers work={board.work} />}
      {stageRows(board).map(({ title, stages }) => (
        <section key={title} aria-label={title}>
          <h2>{title}</h2>
          <div class="stages">
            {stages.map((stage) => (
              <StageCard key={stage.role} stage={stage} rates={rates[stage.role] ?? []} />
            ))}
          </div>
        </section>
      ))}
      {board.work && <OutcomeBar recent={board.work.recent} />}
    </>
  );
}

function Waiting(): JSX.Element {
  return (
    <>
      <h1>Board</h1>
      <p class="quiet">Waiting for the first news of the stages…</p>
    </>
  );
}
