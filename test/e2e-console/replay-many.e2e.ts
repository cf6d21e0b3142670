import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';

import { LettersApi } from '../e2e-dead-letters/letters-api.js';
import { aNamespace, startPenstock, type PenstockUnderTest } from '../e2e/penstock-under-test.js';
import { acmeReport } from '../e2e/samples.js';
import { accessibilityProblems, goTo, openConsole, pipelineMs, startBrowser, type ConsolePage } from './browser.js';

/** A busy machine is no failure. */
const withinMs = 250_000;
const namespace = aNamespace('many');
const names = ['refused 1', 'refused 2', 'refused 3', 'refused 4', 'refused then changed'];
const list = `#/dead-letters?namespace=${namespace}`;
let drilled: PenstockUnderTest;
let calm: PenstockUnderTest;
let browser: Browser;
let seen: ConsolePage;

/** Five documents that one writer refused, of which one has a newer version since. */
beforeAll(async () => {
  [drilled, browser] = await Promise.all([startPenstock({ failWriter: 'qdrant:refused' }), startBrowser()]);
  const letters = new LettersApi(drilled.api);
  for (const name of names) {
    const { ingestionId } = await drilled.api.inline(namespace, name, `${acmeReport} ${name}`);
    expect((await drilled.api.outcome(ingestionId, withinMs)).status).toBe('rolled_back');
    await letters.open({ namespace, documentId: name });
  }
  await drilled.pause();
  calm = await startPenstock({ stagingFolder: drilled.config.stagingFolder });
  const newer = await calm.api.inline(namespace, 'refused then changed', `${acmeReport} Changed since.`);
  expect((await calm.api.outcome(newer.ingestionId, withinMs)).status).toBe('live');
  seen = await openConsole(browser, calm.api.address);
  await goTo(seen.page, list);
  await seen.page.waitForSelector('.letter');
}, 4 * withinMs);

afterAll(async () => {
  await browser.close();
  await calm.stop();
  await drilled.stop();
});

const select = (page: Page, name: string) => page.getByRole('checkbox', { name: `Select ${name}`, exact: true });
const status = (page: Page): Promise<string | null> => page.locator('.replay-many [role=status]').textContent();

/** Presses Tab until a control has the focus, as whoever has no mouse does. */
async function tabTo(page: Page, name: string): Promise<void> {
  const focused = `document.activeElement.getAttribute('aria-label') || document.activeElement.closest('label')?.textContent || document.activeElement.textContent`;
  for (let stops = 0; stops < 60; stops += 1) {
    if (String(await page.evaluate(focused)).trim() === name) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`no Tab leads to ${name}`);
}

describe('many dead letters at once', () => {
  it('can be chosen one by one and all together, and it shows how many are', async () => {
    const { page } = seen;
    const all = page.getByRole('checkbox', { name: 'Select all shown' });
    const replay = page.getByRole('button', { name: /^Replay selected/ });

    expect(await replay.isDisabled()).toBe(true);
    await select(page, 'refused 1').check();
    expect(await replay.textContent()).toBe('Replay selected (1)');
    expect(await page.locator('.pick input:indeterminate').count()).toBe(1);
    await all.check();
    expect(await page.locator('.pick input:indeterminate').count()).toBe(0);
    expect(await replay.textContent()).toBe(`Replay selected (${names.length})`);
    await all.uncheck();
    expect([await select(page, 'refused 1').isChecked(), await replay.isDisabled()]).toEqual([false, true]);
  });

  it.each(['light', 'dark'] as const)('meet WCAG AA while some are chosen, in %s, on a phone too', async (colours) => {
    const { page } = await openConsole(browser, calm.api.address, { colours, width: 390 });
    await goTo(page, list);
    await select(page, 'refused 2').check();

    const problems = await accessibilityProblems(page);
    const width = await page.evaluate('document.documentElement.scrollWidth');
    await page.close();

    expect(problems).toEqual([]);
    expect(width).toBe(390);
  });

  it('are replayed by keyboard alone: the chosen ones and no others', async () => {
    const { page } = seen;
    await page.locator('#main').focus();
    for (const name of ['Select refused 4', 'Select refused 3']) {
      await tabTo(page, name);
      await page.keyboard.press('Space');
    }
    await page.locator('#main').focus();
    await tabTo(page, 'Replay selected (2)');
    await page.keyboard.press('Enter');
    await page.getByText('2 letters replayed.').waitFor();

    await page.waitForFunction(`document.querySelectorAll('.letter.replayed').length === 2`);
    expect(await page.getByRole('link', { name: /: see what became of it$/ }).allTextContents()).toEqual([
      'refused 4: see what became of it',
      'refused 3: see what became of it',
    ]);
    expect(await page.getByRole('checkbox', { name: /^Select refused/ }).count()).toBe(3);
  });

  it('are replayed as the filter says, and it shows which one was refused, and why', async () => {
    const { page } = seen;
    await page.getByRole('button', { name: 'Replay all that match' }).click();
    await page.getByText('2 letters replayed, 1 refused.').waitFor();

    const outcome = await page.locator('.replay-many li').allTextContents();
    const problems = await accessibilityProblems(page);

    expect(outcome).toContainEqual(expect.stringMatching(/^refused then changed: a newer .* came after this one$/));
    expect(problems).toEqual([]);
    expect(await status(page)).toBe('2 letters replayed, 1 refused.');
  });

  it('came live, each once', async () => {
    const { page } = seen;
    await page.getByRole('link', { name: 'refused 1: see what became of it' }).click();
    await page.waitForSelector('.heading .chip:text-is("live")', { timeout: pipelineMs });

    for (const name of names) {
      const { body } = await calm.api.ask(
        'GET',
        `/v1/ingestions?namespace=${namespace}&documentId=${encodeURIComponent(name)}`,
      );
      const versions = body['items'] as { ingestionId: string; version: number }[];
      const ends = await Promise.all(versions.map(({ ingestionId }) => calm.api.outcome(ingestionId, withinMs)));
      expect(ends.map((end) => end.status)).toEqual(['live', 'rolled_back']);
    }
  });

  it('can’t all be meant by no filter at all', async () => {
    const { page } = seen;
    await goTo(page, '#/dead-letters');
    await page.waitForSelector('.letter');

    expect(await page.getByRole('button', { name: 'Replay all that match' }).count()).toBe(0);
    expect(await page.getByRole('button', { name: /^Replay selected/ }).count()).toBe(1);
  });

  it('are asked for as the page’s policy allows', () => {
    expect(seen.outside).toEqual([]);
    // The refusal is an answer like others; the browser notes nothing else.
    expect(seen.complaints).toEqual([]);
  });
});
