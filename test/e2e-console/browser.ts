import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import axe from 'axe-core';
import { chromium, type Browser, type Page } from 'playwright-core';

import { PermanentFailure } from '#failure';
import { cacheFolderOf, readInstalled } from '#stack';

const checkout = fileURLToPath(new URL('../../', import.meta.url));
/** Rules of WCAG 2.0 to 2.2, levels A and AA. */
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** A control that never comes is a failure that should not be long in coming. */
const controlMs = 30_000;
/** For what the pipeline has to do first; a busy machine is no failure. */
export const pipelineMs = 120_000;

/** A page of the console, and what must not happen on it. */
export interface ConsolePage {
  readonly page: Page;
  /** Scripts that failed, what the page's policy refused, and errors of the console itself. */
  readonly complaints: readonly string[];
  /** Addresses that were asked for and are not Penstock's. */
  readonly outside: readonly string[];
}

export function startBrowser(): Promise<Browser> {
  const { chromium: program } = readInstalled(cacheFolderOf(process.env));
  if (program === undefined) {
    throw new PermanentFailure('no Chromium: run `node stack/setup/main.mjs --for-tests`', { reason: 'not-set-up' });
  }
  // Chromium refuses its sandbox to root; it only ever sees pages of this test.
  return chromium.launch({ executablePath: program, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
}

export interface Look {
  readonly width?: number;
  readonly colours?: 'light' | 'dark';
}

export async function openConsole(browser: Browser, address: string, look: Look = {}): Promise<ConsolePage> {
  const { width = 1280, colours = 'light' } = look;
  const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme: colours });
  return openTab(page, address);
}

/** Opens the console in a tab that is there: those of one context share what a browser keeps. */
export async function openTab(page: Page, address: string): Promise<ConsolePage> {
  page.setDefaultTimeout(controlMs);
  const complaints: string[] = [];
  const outside: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(`${address}/`)) outside.push(request.url());
  });
  await page.goto(`${address}/console/`);
  return { page, complaints, outside };
}

/** Goes to a page by its address, as a link would. */
export async function goTo(page: Page, hash: string): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
}

/** What axe finds wrong with the page as it stands, each with where. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const run = `axe.run(document, { runOnly: ${JSON.stringify(rules)} })`;
  const { violations, passes } = (await page.evaluate(run)) as {
    violations: { id: string; nodes: { target: string[]; failureSummary?: string }[] }[];
    passes: unknown[];
  };
  if (passes.length === 0) throw new Error('axe looked at nothing');
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary ?? ''}`),
  );
}

/** Keeps a picture for the documentation, if asked to. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env['PENSTOCK_TEST_SCREENSHOTS'];
  if (folder === undefined) return;
  await mkdir(join(checkout, folder), { recursive: true });
  await page.screenshot({ path: join(checkout, folder, `${name}.png`) });
}
