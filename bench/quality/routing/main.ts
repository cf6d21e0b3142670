import { measureRouting } from './measure.js';

for (const part of ['tuning', 'held'] as const) {
  const { questions, right, wrong, byRoute, p95Ms } = measureRouting(part);
  process.stdout.write(`${part}: ${right} of ${questions} (${((100 * right) / questions).toFixed(1)} %)`);
  process.stdout.write(`, p95 ${p95Ms.toFixed(3)} ms\n`);
  for (const [way, score] of Object.entries(byRoute)) {
    process.stdout.write(`  ${way.padEnd(9)} ${score.right} of ${score.questions}\n`);
  }
  // What rules are judged by is not shown, so that nobody writes rules for it.
  if (part === 'held') continue;
  for (const { question, expected, got } of wrong)
    process.stdout.write(`  ${expected} taken for ${got}: ${question}\n`);
}
