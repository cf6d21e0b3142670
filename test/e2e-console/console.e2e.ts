import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';

import { keepReport } from '#audit';
import { createPool } from '#database';

import { aNamespace, startPenstock, type PenstockUnderTest } from '../e2e/penstock-under-test.js';
import { acmeReport } from '../e2e/samples.js';
import {
  accessibilityProblems,
  goTo,
  openConsole,
  picture,
  pipelineMs,
  startBrowser,
  type ConsolePage,
} from './browser.js';

const namespace = aNamespace('console');
const hostile = '<img src=x onerror="window.isHurt = true"><script>window.isHurt = true</script>';
/** One writer refuses documents named so, until Penstock is started without the drill. */
const drill = { failWriter: 'qdrant:refused' };

let drilled: PenstockUnderTest;
let calm: PenstockUnderTest | undefined;
let browser: Browser;
let seen: ConsolePage;

beforeAll(async () => {
  [drilled, browser] = await Promise.all([startPenstock(drill), startBrowser()]);
  seen = await openConsole(browser, drilled.api.address);
});

afterAll(async () => {
  await browser.close();
  await calm?.stop();
  await drilled.stop();
});

function file(name: string, text: string): { name: string; mimeType: string; buffer: Buffer } {
  return { name, mimeType: 'text/plain', buffer: Buffer.from(text) };
}

/** The chip of a state within what a selector names. */
const chip = (state: string): string => `.chip:text-is("${state}")`;

describe('the console', () => {
  it('shows every stage, live', async () => {
    const { page } = seen;

    await page.waitForSelector('.connection.on');
    const stages = await page.locator('.stage h3').allTextContents();

    expect(stages).toEqual([
      ...['stager', 'parser', 'extractor', 'embedder', 'writer-neo4j', 'writer-postgres', 'writer-qdrant'],
      ...['writer-redis', 'ledger', 'janitor', 'dead-letters'],
    ]);
  });

  it('takes a document that is dropped on it, and follows it until it is live', async () => {
    const { page } = seen;
    await goTo(page, '#/upload');
    await page.getByLabel('Namespace').fill(namespace);

    const dropped = await page.evaluateHandle(`(() => {
      const files = new DataTransfer();
      files.items.add(new File([${JSON.stringify(acmeReport)}], 'acme-report.txt', { type: 'text/plain' }));
      return files;
    })()`);
    await page.dispatchEvent('.drop', 'drop', { dataTransfer: dropped });
    await page.waitForSelector(`.upload ${chip('live')}`, { timeout: pipelineMs });
    await page.getByRole('link', { name: 'acme-report.txt' }).click();
    await page.waitForSelector('.stores');

    expect(await page.locator(`.store ${chip('live')}`).count()).toBe(4);
    expect(await page.locator('.steps .done').count()).toBe(6);
  });

  it('shows of a refused document which writer gave it up, why, and what each store undid', async () => {
    const { page } = seen;
    await goTo(page, '#/upload');
    await page.getByLabel('Namespace').fill(namespace);

    await page.getByLabel('Files to upload').setInputFiles(file('refused.txt', `${acmeReport} A second report.`));
    await page.waitForSelector(`.upload ${chip('rolled back')}`, { timeout: pipelineMs });
    await page.getByRole('link', { name: 'refused.txt' }).click();
    await page.waitForSelector('.failure .primary');

    expect(await page.locator('.failure').textContent()).toContain('qdrant refuses documents named like "refused"');
    expect(await page.locator('.failure h2').textContent()).toBe('writer-qdrant gave it up');
    expect(await page.locator('.store.cause h3').textContent()).toBe('Qdrant');
    expect(await page.locator(`.store ${chip('rolled back')}`).count()).toBe(4);
    expect(await page.locator('.store').allTextContents()).toEqual(
      Array(4).fill(expect.stringMatching(/removed \d+ chunk|held nothing of it/)),
    );
    await picture(page, 'ingestion-rolled-back');
  });

  it('lists what has the status that is chosen, and nothing else', async () => {
    const { page } = seen;
    await goTo(page, `#/ingestions?namespace=${namespace}`);
    await page.waitForSelector(`.list ${chip('live')}`);

    await page.getByLabel('Status').selectOption('rolled back');
    await page.getByRole('button', { name: 'Filter' }).click();
    await page.waitForSelector(`.list ${chip('live')}`, { state: 'detached' });
    await page.waitForSelector('.list tbody tr');

    expect(await page.evaluate('location.hash')).toBe(`#/ingestions?status=rolled_back&namespace=${namespace}`);
    expect(await page.locator('.list tbody th').allTextContents()).toEqual([expect.stringContaining('refused.txt')]);
    expect(await page.locator('.list tbody .chip').allTextContents()).toEqual(['rolled back']);
  });

  it('says what a document took of models and money, and tells its way line by line', async () => {
    const { page } = seen;
    const [live = ''] = await ingestions('live');
    const { tokens } = await drilled.api.ingestion(live);
    const { prompt = 0, completion = 0 } = tokens['local/rules-1'] ?? {};
    const fact = (title: string) => page.locator(`.facts div:has(dt:text-is("${title}")) dd`).textContent();

    await goTo(page, `#/ingestions/${live}`);
    await page.waitForSelector('.timeline li');

    const [sent, answered] = [prompt, completion].map((count) => count.toLocaleString('en-GB'));
    expect(await fact('Tokens')).toContain(`local/rules-1: ${sent} in, ${answered} out`);
    expect(await fact('Cost')).toBe('$0 for 0 calls of models that cost money');
    expect(await page.locator('.timeline li').allTextContents()).toContainEqual(
      expect.stringMatching(/^\d\d:\d\d:\d\d\.\d{3}\+.+Qdrant: live/),
    );
  });

  it('answers a question with citations, and draws what lies around an entity', async () => {
    const { page } = seen;
    await goTo(page, '#/search');
    await page.getByLabel('Namespace').fill(namespace);
    await page.getByLabel('Question', { exact: true }).fill('Who is the CEO of ACME Corporation?');
    await page.keyboard.press('Enter');

    await page.waitForSelector('.hit .cite a');
    await page.waitForSelector('.drawing .dot.middle');
    const [report] = await ingestions('live');

    expect(await page.locator('.hit .cite').allTextContents()).toContainEqual(
      expect.stringContaining('acme-report.txt'),
    );
    expect(await page.locator('.drawing .dot').count()).toBeGreaterThan(1);
    const sources = page.locator('.facts-said .said-by');
    expect(new Set(await sources.allTextContents())).toEqual(new Set(['from acme-report.txt']));
    expect(await sources.getByRole('link').first().getAttribute('href')).toBe(`#/ingestions/${report}`);
    await picture(page, 'search');
  });

  it('moves in the graph by keyboard', async () => {
    const { page } = seen;
    const middle = page.locator('.drawing .dot.middle');
    const before = await middle.getAttribute('aria-label');

    const other = page.locator('.drawing .dot:not(.middle)').first();
    const name = (await other.getAttribute('aria-label')) ?? '';
    await other.focus();
    await page.keyboard.press('Enter');
    await page.waitForSelector(`.drawing .dot.middle[aria-label=${JSON.stringify(name)}]`);

    expect(name).not.toBe(before);
  });

  it('shows the text of strangers as text, and nothing of it runs', async () => {
    const { page } = seen;
    const { ingestionId } = await drilled.api.submit({
      ...{ namespace, documentId: hostile, source: 'inline', title: hostile },
      content: `${hostile}\n\nGrace Hopper works for Navy Labs.`,
      metadata: { note: hostile },
    });
    await drilled.api.outcome(ingestionId);

    for (const hash of [
      `#/ingestions?namespace=${namespace}`,
      `#/ingestions/${ingestionId}`,
      `#/search?namespace=${namespace}&question=${encodeURIComponent('Grace Hopper')}`,
    ]) {
      await goTo(page, hash);
      await page.getByText('<img src=x').first().waitFor();
    }

    expect(await page.evaluate('"isHurt" in window')).toBe(false);
    expect(await page.locator('main img, main script').count()).toBe(0);
  });

  it('shows what an audit found, by kind and store, as long as it is not healed', async () => {
    const { page } = seen;
    await keepAudit();
    await goTo(page, '#/audits');
    const audit = page.locator('.audits .panel', { hasText: namespace });
    await audit.locator('tbody tr').first().waitFor();

    expect(await audit.locator('h2').textContent()).toBe(`3 findings 7 documents in ${namespace}`);
    expect(await audit.locator('tbody tr').allTextContents()).toEqual(['tornQdrant2', 'stale pendingNeo4j1']);
  });

  it.each(['light', 'dark'] as const)('meets WCAG AA on every page in %s', async (colours) => {
    const { page } = await openConsole(browser, drilled.api.address, { colours });
    const [refused] = await ingestions('rolled_back');
    await page.waitForSelector('.stage');
    const problems: Record<string, string[]> = { board: await accessibilityProblems(page) };
    if (colours === 'dark') await picture(page, 'board-dark');

    for (const [hash, ready] of [
      [`#/ingestions?namespace=${namespace}`, '.list tbody tr'],
      [`#/ingestions/${refused}`, '.failure .primary'],
      ['#/dead-letters', '.letter'],
      ['#/upload', '.drop'],
      [`#/search?namespace=${namespace}&question=ACME+Corporation`, '.drawing .dot'],
      ['#/audits', '.audits tbody tr'],
    ] as const) {
      await goTo(page, hash);
      await page.waitForSelector(ready);
      problems[hash] = await accessibilityProblems(page);
    }
    await page.close();

    expect(Object.values(problems).flat()).toEqual([]);
    expect(Object.keys(problems)).toHaveLength(7);
  });

  it('fits a phone', async () => {
    const { page } = await openConsole(browser, drilled.api.address, { width: 390 });
    const [refused] = await ingestions('rolled_back');
    const widths: unknown[] = [];

    for (const [hash, ready] of [
      ['#/board', '.stage'],
      [`#/ingestions/${refused}`, '.failure'],
      [`#/ingestions?namespace=${namespace}`, '.list tbody tr'],
      [`#/search?namespace=${namespace}&question=ACME+Corporation`, '.drawing .dot'],
      ['#/dead-letters', '.letter'],
      ['#/upload', '.drop'],
      ['#/audits', '.audits tbody tr'],
    ] as const) {
      await goTo(page, hash);
      await page.waitForSelector(ready);
      widths.push(await page.evaluate('document.documentElement.scrollWidth'));
    }
    await page.close();

    expect(widths).toEqual(Array(7).fill(390));
  });

  it('has the colours that are chosen, whatever those of the system, also when it is opened again', async () => {
    const { page } = await openConsole(browser, drilled.api.address, { colours: 'light' });
    const ground = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const [light, dark] = ['rgb(245, 247, 248)', 'rgb(18, 23, 26)'];
    await page.waitForSelector('.masthead');
    expect(await ground()).toBe(light);

    await page.getByLabel('Colours').selectOption('dark');
    await page.waitForSelector('html[data-theme="dark"]');
    expect(await ground()).toBe(dark);
    await page.reload();
    await page.waitForSelector('html[data-theme="dark"]');
    expect(await ground()).toBe(dark);
    await page.getByLabel('Colours').selectOption('system');
    await page.waitForSelector('html:not([data-theme])');
    expect(await ground()).toBe(light);
    await page.close();
  });

  it('is used by keyboard: the first stop leads past the masthead, the next ones to its pages', async () => {
    const { page } = await openConsole(browser, drilled.api.address);
    const focused = 'document.activeElement.textContent.trim() || document.activeElement.id';

    await page.keyboard.press('Tab');
    expect(await page.evaluate(focused)).toBe('Skip to the page');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
    await page.keyboard.press('Shift+Tab');
    await page.getByRole('link', { name: 'Audits' }).focus();
    await page.keyboard.press('Enter');
    await page.waitForSelector('h1:text-is("Audits")');
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
    await page.close();
  });

  it('takes a corrected file for a document that could not be read, and brings it live under the same name', async () => {
    const { page, complaints } = await openConsole(browser, drilled.api.address);
    await goTo(page, '#/upload');
    await page.getByLabel('Namespace').fill(namespace);
    await page.getByLabel('Files to upload').setInputFiles(file('blank.txt', ' \n'));
    await page.waitForSelector(`.upload ${chip('failed')}`, { timeout: pipelineMs });
    await page.getByRole('link', { name: 'blank.txt' }).click();
    await page.waitForSelector('.failure');
    const advice = await page.locator('.failure').textContent();

    await page.getByRole('link', { name: 'Upload it again' }).click();
    await page.waitForSelector('.drop');
    const named = await page.getByLabel('Name of the document').inputValue();
    await page.getByLabel('Files to upload').setInputFiles(file('corrected.txt', 'Ada Lovelace works for Navy Labs.'));
    const corrected = page.locator('.upload', { hasText: 'corrected.txt' });
    await corrected.locator(chip('live')).waitFor({ timeout: pipelineMs });
    await corrected.getByRole('link').click();
    await page.waitForSelector('.stores');

    expect(advice).toContain('There is no text in it. (empty)');
    expect(named).toBe('blank.txt');
    expect(await page.locator('.heading').textContent()).toContain(`blank.txt in ${namespace}, version 2`);
    expect(await page.locator(`.store ${chip('live')}`).count()).toBe(4);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('loaded nothing from elsewhere, and nothing that it did was refused or failed', () => {
    expect(seen.outside).toEqual([]);
    expect(seen.complaints).toEqual([]);
  });

  it('brings a refused document live: a replay, once the cause is gone', async () => {
    const [refused] = await ingestions('rolled_back');
    await drilled.pause();
    calm = await startPenstock({ stagingFolder: drilled.config.stagingFolder });
    const { page } = await openConsole(browser, calm.api.address);
    await goTo(page, `#/dead-letters?namespace=${namespace}`);
    await page.waitForSelector('.letter');

    await goTo(page, `#/ingestions/${refused}`);
    await page.getByRole('button', { name: 'Replay' }).click();
    await page.getByRole('link', { name: 'see what became of it' }).click();
    await page.waitForSelector(`.heading ${chip('live')}`, { timeout: pipelineMs });

    expect(await page.locator(`.store ${chip('live')}`).count()).toBe(4);
    await goTo(page, `#/dead-letters?namespace=${namespace}`);
    await page.waitForSelector('.letter.replayed');
    await page.close();
  });
});

/** Ids of ingestions of this test. */
async function ingestions(status: string): Promise<string[]> {
  const { body } = await drilled.api.ask('GET', `/v1/ingestions?namespace=${namespace}&status=${status}`);
  return (body['items'] as { ingestionId: string }[]).map(({ ingestionId }) => ingestionId);
}

/** Keeps what an audit of this test's documents is said to have found. */
async function keepAudit(): Promise<void> {
  const pool = createPool(drilled.config.postgresUrl, { name: 'console-test', max: 1 });
  const findings = [
    { kind: 'torn', store: 'qdrant', count: 2 },
    { kind: 'stale-pending', store: 'neo4j', count: 1 },
  ] as const;
  const outcomes = { found: 3, healed: 0, removed: 0, left: 0 };
  const [startedAtMs, finishedAtMs] = [Date.now() - 2_000, Date.now()];
  const report = { documents: 7, findings, outcomes, startedAtMs, finishedAtMs };
  try {
    await keepReport(pool, report, { repair: false, namespace });
  } finally {
    await pool.end();
  }
}
