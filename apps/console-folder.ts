import { fileURLToPath } from 'node:url';

/** What Vite built, from the sources as well as from `dist`. */
export function consoleFolder(): string {
  const here = fileURLToPath(import.meta.url);
  return fileURLToPath(new URL(here.includes('/dist/') ? '../console/' : '../dist/console/', import.meta.url));
}
