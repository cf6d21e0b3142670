import { readFileSync } from 'node:fs';

import { planRoute, ways, type Way } from '#query';

interface Labelled {
  readonly question: string;
  readonly route: Way;
  readonly part: 'tuning' | 'held';
}

/** How often the router agrees with the labels, and how long a question takes it. */
export interface RoutingScore {
  readonly questions: number;
  readonly right: number;
  readonly wrong: readonly { readonly question: string; readonly expected: Way; readonly got: Way }[];
  readonly byRoute: Readonly<Record<Way, { readonly questions: number; readonly right: number }>>;
  /** What 95 of 100 questions take at most, in milliseconds, once the code is warm. */
  readonly p95Ms: number;
}

/** Scores one part of the labelled questions; `tuning` is what rules may be written for, `held` judges them. */
export function measureRouting(part: Labelled['part']): RoutingScore {
  const questions = labelled().filter((one) => one.part === part);
  const wrong: { question: string; expected: Way; got: Way }[] = [];
  const tookMs: number[] = [];
  for (const { question } of questions) planRoute(question, 'auto');
  for (const { question, route } of questions) {
    const startedMs = performance.now();
    const got = planRoute(question, 'auto').route;
    tookMs.push(performance.now() - startedMs);
    if (got !== route) wrong.push({ question, expected: route, got });
  }
  const byRoute = Object.fromEntries(
    ways.map((way) => {
      const all = questions.filter(({ route }) => route === way).length;
      return [way, { questions: all, right: all - wrong.filter(({ expected }) => expected === way).length }];
    }),
  ) as RoutingScore['byRoute'];
  const p95Ms = tookMs.sort((a, b) => a - b)[Math.floor(tookMs.length * 0.95)] ?? 0;
  return { questions: questions.length, right: questions.length - wrong.length, wrong, byRoute, p95Ms };
}

function labelled(): Labelled[] {
  const lines = readFileSync(new URL('questions.jsonl', import.meta.url), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => JSON.parse(line) as Labelled);
}
