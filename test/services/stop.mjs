import { rmSync } from 'node:fs';

export default async function stop() {
  const options = globalThis.penstockTestStack;
  if (options === undefined) return;
  const { stopStack } = await import('../../dist/stack/native/index.js');
  await stopStack(options);
  rmSync(options.dataFolder, { recursive: true, force: true });
}
