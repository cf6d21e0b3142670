import type { JSX } from 'preact';

import { useConsole } from '../hooks/console-context.js';
import { useLoad } from '../hooks/use-load.js';
import type { Upload } from '../hooks/use-uploads.js';
import { bytesText } from '../view/format.js';
import { hrefOf } from '../view/routes.js';
import { statusMeanings } from '../view/status.js';
import { ProblemNote } from './problem-note.js';
import { StateChip } from './state-chip.js';

/** One upload: how much is sent, then how far its ingestion is. */
export function UploadItem({ upload }: { readonly upload: Upload }): JSX.Element {
  const { file, sent, ingestionId, problem } = upload;
  return (
    <li class="upload">
      <div class="letter-head">
        <h2>{ingestionId === undefined ? file.name : <a href={hrefOf('ingestions', ingestionId)}>{file.name}</a>}</h2>
        <span class="quiet">{bytesText(file.size)}</span>
      </div>
      <ProblemNote problem={problem} />
      {problem === undefined && ingestionId === undefined && (
        <progress value={sent} max={1} aria-label={`Sending ${file.name}`} />
      )}
      {ingestionId !== undefined && <Outcome ingestionId={ingestionId} />}
    </li>
  );
}

function Outcome({ ingestionId }: { readonly ingestionId: string }): JSX.Element {
  const { client, live } = useConsole();
  const { data } = useLoad((signal) => client.ingestion(ingestionId, signal), ingestionId, live.pulse);
  const status = data?.status ?? 'submitted';
  return (
    <p>
      <StateChip state={status} /> {data?.error ? `${data.error.role}: ${data.error.message}` : statusMeanings[status]}
    </p>
  );
}
