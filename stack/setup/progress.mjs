const tickMs = 10_000;

/** Prints one line. */
export function say(line) {
  process.stdout.write(`${line}\n`);
}

/** Says every ten seconds that work goes on, so that a slow network isn't taken for a hang. */
export async function sayingItGoesOn(what, work) {
  const startedMs = performance.now();
  const timer = setInterval(() => {
    say(`      ${what}: ${Math.round((performance.now() - startedMs) / 1000)} s`);
  }, tickMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
