import { randomInt } from 'node:crypto';

const steps = 2 ** 32;

/** A random number in [0, 1), for backoff; the policy itself takes it as an argument and stays pure. */
export function jitter(): number {
  return randomInt(steps) / steps;
}
