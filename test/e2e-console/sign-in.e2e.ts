import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';

import { forgetKeys, makeKey, withKeys } from '../e2e-access/tenants.js';
import { pepper } from '../e2e-access/secrets.js';
import { eventually } from '../e2e/eventually.js';
import { aNamespace, startPenstock, type PenstockUnderTest } from '../e2e/penstock-under-test.js';
import { accessibilityProblems, goTo, openConsole, openTab, pipelineMs, startBrowser } from './browser.js';

const namespace = aNamespace('sign-in');
let penstock: PenstockUnderTest;
let browser: Browser;
let key: string;

beforeAll(async () => {
  // Refusals are counted by address over all tests on one Redis.
  const settings = { keyPepper: pepper, rateLimitStrangers: 100_000 };
  [penstock, browser] = await Promise.all([startPenstock(settings), startBrowser()]);
  key = await makeKey(['admin'], null);
  // What it read when it started, that there is no key, is believed for a moment; a stream begun in it would go on.
  await eventually('nobody to be let in without a key', async () =>
    (await penstock.api.ask('GET', '/v1/audits')).status === 401 ? true : undefined,
  );
});

afterAll(async () => {
  await browser.close();
  await penstock.stop();
  await forgetKeys();
});

const prompt = (page: Page) => page.getByRole('heading', { name: 'This Penstock asks for a key' });

/** Types a key into the prompt, as a person does. */
async function give(page: Page, text: string): Promise<void> {
  await page.getByLabel('Key').fill(text);
  await page.keyboard.press('Enter');
}

async function upload(page: Page, name: string): Promise<void> {
  await goTo(page, '#/upload');
  await page.getByLabel('Namespace').fill(namespace);
  const buffer = Buffer.from('John Smith works for ACME Corporation.');
  await page.getByLabel('Files to upload').setInputFiles({ name, mimeType: 'text/plain', buffer });
}

describe('the console of a Penstock that has keys', () => {
  it('asks for one, and shows nothing until it has one', async () => {
    const { page } = await openConsole(browser, penstock.api.address);
    await prompt(page).waitFor();

    expect(await page.getByLabel('Key').getAttribute('type')).toBe('password');
    expect(await page.evaluate('document.activeElement.matches("input[type=password]")')).toBe(true);
    expect(await page.locator('.stage').count()).toBe(0);
    await page.close();
  });

  it.each(['light', 'dark'] as const)('asks so that everybody can answer, in %s', async (colours) => {
    const { page } = await openConsole(browser, penstock.api.address, { colours, width: 390 });
    await prompt(page).waitFor();
    const asked = await accessibilityProblems(page);
    await give(page, 'not-a-key');
    await page.getByRole('alert').waitFor();
    const again = await accessibilityProblems(page);

    expect([...asked, ...again]).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    await page.close();
  });

  it('says that a key does not hold, as often as it is tried, and takes the next one', async () => {
    const { page } = await openConsole(browser, penstock.api.address);
    for (const wrong of ['not-a-key', 'not-a-key', `${key.slice(0, -3)}xyz`]) {
      await prompt(page).waitFor();
      await give(page, wrong);
      await page.getByRole('alert').getByText('does not hold').waitFor();
    }

    await give(page, `  ${key} `);
    await page.waitForSelector('.connection.on');

    expect(await page.locator('.stage').count()).toBeGreaterThan(5);
    expect(await prompt(page).count()).toBe(0);
    await page.close();
  });

  it('keeps the key in the tab alone: not in the address, not for the next visit, not for another tab', async () => {
    const context = await browser.newContext();
    const { page } = await openTab(await context.newPage(), penstock.api.address);
    await prompt(page).waitFor();
    await give(page, key);
    await page.waitForSelector('.connection.on');
    await page.reload();
    await page.waitForSelector('.connection.on');
    const kept = await page.evaluate('[location.href, document.cookie, JSON.stringify(localStorage)].join()');
    const { page: other } = await openTab(await context.newPage(), penstock.api.address);
    await prompt(other).waitFor();

    expect(kept).not.toContain(key);
    expect(await page.evaluate('document.body.innerHTML')).not.toContain(key);
    await context.close();
  });

  it('sends it with everything, also with an upload', async () => {
    const { page } = await openConsole(browser, penstock.api.address);
    await prompt(page).waitFor();
    await give(page, key);
    await page.waitForSelector('.connection.on');
    await upload(page, 'note.txt');

    await page.waitForSelector('.upload .chip:text-is("live")', { timeout: pipelineMs });
    await page.close();
  });

  it('asks again once the key is revoked, and a late answer to that key does not undo the next one', async () => {
    const { page } = await openConsole(browser, penstock.api.address);
    const short = await makeKey(['admin'], null);
    await prompt(page).waitFor();
    await give(page, short);
    await page.waitForSelector('.connection.on');
    const held = Promise.withResolvers<void>();
    await page.route('**/v1/documents', async (route) => {
      await held.promise;
      await route.continue();
    });
    await upload(page, 'late.txt');

    await withKeys((keys) => keys.revoke(short.split('_')[1] ?? ''));
    const pages = ['#/ingestions', '#/audits'];
    await eventually('the key to be refused', async () => {
      await goTo(page, pages.reverse()[0] ?? '');
      return (await prompt(page).count()) > 0 ? true : undefined;
    });
    expect(await page.locator('.list, .audits').count()).toBe(0);
    expect(await page.getByRole('alert').textContent()).toContain('does not hold');

    await give(page, key);
    await goTo(page, '#/upload');
    await page.locator('.upload progress').waitFor();
    held.resolve();
    await page.locator('.upload [role=alert]').waitFor();

    expect(await prompt(page).count()).toBe(0);
    await page.close();
  });
});
