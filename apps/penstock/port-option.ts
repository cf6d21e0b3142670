import { InvalidArgumentError } from 'commander';

/** A port as a command line says it; 0 takes a free one. */
export function portOption(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535 && text.trim() !== '') return port;
  throw new InvalidArgumentError('must be a port');
}
