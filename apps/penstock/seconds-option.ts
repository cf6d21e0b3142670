import { InvalidArgumentError } from 'commander';

/** Parses an option in seconds to milliseconds. @throws InvalidArgumentError unless it is a positive number. */
export function secondsToMs(text: string): number {
  const seconds = Number(text);
  if (text.trim() === '' || !Number.isFinite(seconds) || seconds <= 0) {
    throw new InvalidArgumentError('must be a positive number of seconds');
  }
  return seconds * 1000;
}
