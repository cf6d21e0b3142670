import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

import { ConsoleContext } from './hooks/console-context.js';
import { useBoard } from './hooks/use-board.js';
import { useKey } from './hooks/use-key.js';
import { useRoute } from './hooks/use-route.js';
import { useUploads } from './hooks/use-uploads.js';
import { AuditsPage } from './pages/audits-page.js';
import { BoardPage } from './pages/board-page.js';
import { DeadLettersPage } from './pages/dead-letters-page.js';
import { IngestionPage } from './pages/ingestion-page.js';
import { IngestionsPage } from './pages/ingestions-page.js';
import { SearchPage } from './pages/search-page.js';
import { UploadPage } from './pages/upload-page.js';
import { Masthead } from './parts/masthead.js';
import { SignIn } from './parts/sign-in.js';
import type { Route } from './view/routes.js';

/** The console: a masthead with the ways to its pages, and the page that the address names. */
export function App(): JSX.Element {
  const { client, isRefused, hasKey, use } = useKey();
  const live = useBoard(client);
  const uploads = useUploads(client);
  const route = useRoute();
  const main = useRef<HTMLElement>(null);
  const where = `${route.page}/${route.id ?? ''}`;
  const shown = useRef(where);
  useEffect(() => {
    if (shown.current === where) return;
    shown.current = where;
    // Whoever reads by ear or by keyboard is on the new page now, not where its link was.
    main.current?.focus();
    scrollTo(0, 0);
  }, [where]);
  return (
    <ConsoleContext.Provider value={{ client, live, uploads }}>
      <a class="skip" href="#main" onClick={(event) => (event.preventDefault(), main.current?.focus())}>
        Skip to the page
      </a>
      <Masthead page={route.page} live={live} />
      <main id="main" ref={main} tabIndex={-1}>
        {isRefused ? <SignIn isWrong={hasKey} onKey={use} /> : <Page key={where} route={route} />}
      </main>
    </ConsoleContext.Provider>
  );
}

function Page({ route: { page, id, query } }: { readonly route: Route }): JSX.Element {
  switch (page) {
    case 'board':
      return <BoardPage />;
    case 'ingestions':
      return id === undefined ? <IngestionsPage query={query} /> : <IngestionPage id={id} />;
    case 'dead-letters':
      return <DeadLettersPage query={query} />;
    case 'upload':
      return <UploadPage />;
    case 'search':
      return <SearchPage query={query} />;
    case 'audits':
      return <AuditsPage />;
  }
}
