// Starts one native stack on free ports for all e2e tests and tells them its addresses.
export default async function start() {
  if (process.env.PENSTOCK_TEST_STACK !== undefined) return;
  const { cacheFolderOf, freePorts, newDataFolder, startStack, stopStack } =
    await import('../../dist/stack/native/index.js');
  const options = {
    dataFolder: newDataFolder('test'),
    cacheFolder: cacheFolderOf(process.env),
    ports: await freePorts(),
  };
  const stack = await startStack(options).catch(async (error) => {
    // Nobody calls the teardown of a set-up that failed.
    await stopStack(options);
    throw error;
  });
  globalThis.penstockTestStack = options;
  process.env.PENSTOCK_TEST_STACK = JSON.stringify(stack.addresses);
}
