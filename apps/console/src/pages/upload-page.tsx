import type { JSX } from 'preact';
import { useState } from 'preact/hooks';

import { useConsole } from '../hooks/console-context.js';
import { useRoute } from '../hooks/use-route.js';
import { DropZone } from '../parts/drop-zone.js';
import { UploadItem } from '../parts/upload-item.js';

/** Documents in, by drag and drop or by choice, and what becomes of each. */
export function UploadPage(): JSX.Element {
  const { query } = useRoute();
  const [namespace, setNamespace] = useState(query['namespace'] ?? 'default');
  const [documentId, setDocumentId] = useState(query['documentId'] ?? '');
  const { uploads, add } = useConsole().uploads;
  return (
    <>
      <h1>Upload</h1>
      <div class="filters">
        <label class="field">
          Namespace
          <input
            value={namespace}
            pattern="[a-z0-9][a-z0-9\-]{0,62}"
            autocomplete="off"
            spellcheck={false}
            onInput={({ currentTarget }) => setNamespace(currentTarget.value)}
          />
        </label>
        <label class="field">
          Name of the document
          <input
            value={documentId}
            placeholder="the name of its file"
            autocomplete="off"
            spellcheck={false}
            onInput={({ currentTarget }) => setDocumentId(currentTarget.value)}
          />
        </label>
      </div>
      <DropZone onFiles={(files) => add(files, { namespace, documentId })} />
      <ul class="uploads" aria-label="Uploads" aria-live="polite">
        {uploads.map((upload) => (
          <UploadItem key={upload.number} upload={upload} />
        ))}
      </ul>
    </>
  );
}
