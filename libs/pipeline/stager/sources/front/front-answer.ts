import { setTimeout as delay } from 'node:timers/promises';

import type { Dispatcher } from 'undici';

import { PermanentFailure, TransientFailure } from '#failure';

import { headerOf } from '../http-body.js';
import { httpFailure, statusFailure } from '../http-failure.js';

const firstWaitMs = 250;
const waitMsMax = 60_000;
const redirects = new Set([301, 302, 303, 307, 308]);

export function isRedirect({ statusCode }: Dispatcher.ResponseData): boolean {
  return redirects.has(statusCode);
}

/** Front names the company's own host in its links; the path is the same on every host. */
export function pathOf(link: string): string | undefined {
  const url = URL.parse(link, 'https://front.invalid');
  return url === null ? undefined : `${url.pathname}${url.search}`;
}

/** @throws TransientFailure if the wait is called off. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) await delay(ms, undefined, { signal }).catch(fail);
}

/** How long to wait after so many tries: longer each time, and never less than Front asked for. */
export function waitAfterMs(tries: number, retryAfterMs: number | undefined): number {
  return Math.max(retryAfterMs ?? 0, Math.min(firstWaitMs * 2 ** tries, waitMsMax));
}

/** @throws TransientFailure `front-unreadable`. */
export function parsed(bytes: Buffer): unknown {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Told below, like JSON of another shape.
  }
  throw unreadable();
}

export function unreadable(): TransientFailure {
  return new TransientFailure('Front answered something that is not its API', { reason: 'front-unreadable' });
}

/**
 * Gives an answer of the API, or a redirect, back. @throws the failure that any other status means: `front-refused` if
 * the token is worth nothing, `front-forbidden` if it is not for this thing.
 */
export function checkedAnswer(response: Dispatcher.ResponseData): Dispatcher.ResponseData {
  const { statusCode, body } = response;
  if (statusCode !== 401 && statusCode !== 403) return checked(response);
  body.destroy();
  if (statusCode === 401) throw new PermanentFailure('Front refuses the token (401)', { reason: 'front-refused' });
  throw new PermanentFailure('Front does not let the token read this (403)', { reason: 'front-forbidden' });
}

/** The same for an answer of any other host, which knows nothing of the token. */
export function checked(response: Dispatcher.ResponseData): Dispatcher.ResponseData {
  const { statusCode, headers, body } = response;
  if ((statusCode >= 200 && statusCode < 300) || isRedirect(response)) return response;
  body.destroy();
  if (statusCode === 404 || statusCode === 410) {
    throw new PermanentFailure('Front has no such thing, or has no more', { reason: 'gone' });
  }
  throw statusFailure(statusCode, headerOf(headers, 'retry-after'));
}

export function fail(error: unknown): never {
  throw httpFailure(error);
}

/** Undefined instead of the failure `gone`. */
export async function unlessGone<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof PermanentFailure && error.reason === 'gone') return undefined;
    throw error;
  }
}
