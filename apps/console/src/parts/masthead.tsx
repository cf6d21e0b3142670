import type { JSX } from 'preact';

import type { LiveBoard } from '../hooks/use-board.js';
import { themes, useTheme, type Theme } from '../hooks/use-theme.js';
import { hrefOf, type PageName } from '../view/routes.js';

const pages: readonly (readonly [PageName, string])[] = [
  ['board', 'Board'],
  ['ingestions', 'Ingestions'],
  ['dead-letters', 'Dead letters'],
  ['upload', 'Upload'],
  ['search', 'Search'],
  ['audits', 'Audits'],
];

/** The name, the ways to all pages, whether the page is live, and how it looks. */
export function Masthead({ page, live }: { readonly page: PageName; readonly live: LiveBoard }): JSX.Element {
  const letters = live.board?.work?.deadLetters ?? 0;
  return (
    <header class="masthead">
      <a class="brand" href={hrefOf('board')}>
        <img src="./icon.svg" alt="" width="24" height="24" /> Penstock
      </a>
      <nav aria-label="Pages">
        <ul>
          {pages.map(([name, title]) => (
            <li key={name}>
              <a href={hrefOf(name)} aria-current={name === page ? 'page' : undefined}>
                {title}
                {name === 'dead-letters' && letters > 0 && <span class="badge">{letters}</span>}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <div class="masthead-end">
        <span class={live.isConnected ? 'connection on' : 'connection off'} role="status">
          {live.isConnected ? 'live' : 'not connected'}
        </span>
        <ThemeChoice />
      </div>
    </header>
  );
}

function ThemeChoice(): JSX.Element {
  const [theme, setTheme] = useTheme();
  return (
    <label class="theme">
      <span class="unseen">Colours</span>
      <select value={theme} onChange={({ currentTarget }) => setTheme(currentTarget.value as Theme)}>
        {themes.map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </select>
    </label>
  );
}
