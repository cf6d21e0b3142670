import { readFileSync } from 'node:fs';

import {
  loopbackSpellings,
  privateAddresses,
  redirectTargets,
  refusedLocations,
} from '../../libs/pipeline/stager/sources/address-fixture.js';
import { archiveInputs } from '../bad-input/archives.js';
import type { BadInput } from '../bad-input/bad-input.js';
import { compoundInputs } from '../bad-input/compound-files.js';
import { jsonInputs } from '../bad-input/json.js';
import { lieInputs, truncated } from '../bad-input/lies.js';
import { markupInputs } from '../bad-input/markup.js';
import { officeInputs } from '../bad-input/office.js';
import { pdfInputs } from '../bad-input/pdfs.js';
import { textInputs } from '../bad-input/texts.js';
import { uploadNames } from '../bad-input/upload-names.js';
import { badTokens } from '../e2e-access/bad-tokens.js';
import { routes } from '../e2e-access/routes.js';
import { secrets } from '../e2e-access/secrets.js';
import { badArguments } from '../e2e-mcp/bad-arguments.js';
import { dictations, readInjections } from '../injections/index.js';
import { doors, hostileWords } from './hostile-words.js';

/** A class of attacks, how many cases of it the tests run, and which files they stand in. */
export interface CaseClass {
  readonly name: string;
  readonly cases: number;
  readonly files: readonly string[];
}

const checkout = new URL('../../', import.meta.url);

/** How many tests a file runs for each row of a table that it goes through by `describe.each`. */
function testsForEach(file: string, table: string): number {
  const text = readFileSync(new URL(file, checkout), 'utf8');
  const block = new RegExp(`^describe\\.each\\(${table}\\)[^]*?^\\}\\);$`, 'm').exec(text)?.[0] ?? '';
  return [...block.matchAll(/^ {2}it\(/gm)].length;
}

const badInput = 'test/bad-input/bad-input.e2e.ts';
const [access, tokens] = ['test/e2e-access/access.e2e.ts', 'test/e2e-access/tokens.e2e.ts'];
const sum = (...tables: readonly (readonly unknown[])[]): number => tables.reduce((all, { length }) => all + length, 0);
const documents = (name: string, ...tables: readonly (readonly BadInput[])[]): CaseClass => ({
  ...{ name, cases: sum(...tables), files: [badInput] },
});

/** Cases as they stand in the tables that tests go through; what tests try beside these is not counted. */
export function caseClasses(): CaseClass[] {
  const perRoute = testsForEach(access, 'routes') + testsForEach(tokens, 'routes');
  const sources = 'libs/pipeline/stager/sources';
  return [
    {
      name: `injection: ${hostileWords.length} words of ${languagesOf()} languages, each sent by ${doors.join(' and ')}, and asked for by API and MCP`,
      cases: hostileWords.length * (doors.length + 1),
      files: ['test/e2e-security/injection.e2e.ts'],
    },
    {
      name: 'orders to a model, for each of two kinds of models',
      cases: (readInjections().length + dictations.length) * 2,
      files: ['libs/models/local/injections.spec.ts', 'libs/models/openai/injections.spec.ts'],
    },
    {
      name: `who may call: ${routes.length} routes, ${perRoute} tests each`,
      cases: routes.length * perRoute,
      files: [access, tokens],
    },
    { name: 'tokens that do not hold, each on every route and MCP', cases: badTokens.length, files: [tokens] },
    {
      name: 'arguments of MCP tools, over both transports',
      cases: badArguments.length * 2,
      files: ['test/e2e-mcp/mcp.e2e.ts'],
    },
    {
      name: 'planted secrets of settings, beside every key and token, in logs, answers, tables and metrics',
      cases: Object.keys(secrets).length,
      files: [access],
    },
    {
      name: 'addresses that are not to be fetched',
      cases: sum(privateAddresses, refusedLocations, loopbackSpellings, redirectTargets),
      files: [`${sources}/address-guard.spec.ts`, `${sources}/http-addresses.spec.ts`],
    },
    { name: 'names of uploads', cases: uploadNames.length, files: ['test/e2e/bad-documents.e2e.ts'] },
    documents('files that are not what they say, or break off', lieInputs, truncated),
    documents('archives, office documents, compound files', archiveInputs, officeInputs, compoundInputs),
    documents('PDF', pdfInputs),
    documents('XML, HTML, SVG, e-mail', markupInputs),
    documents('JSON', jsonInputs),
    documents('texts', textInputs),
  ];
}

function languagesOf(): number {
  return new Set(hostileWords.map(({ language }) => language)).size;
}
