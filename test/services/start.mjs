// Starts the services of one run of e2e tests and tells the tests their addresses.
import '../typescript.mjs';

export default async function start() {
  if (process.env.PENSTOCK_TEST_STACK !== undefined) return;
  const { startServices } = await import('./start-services.ts');
  const say = (line) => process.stdout.write(`${line}\n`);
  const services = await startServices(process.env.PENSTOCK_TEST_SERVICES, say);
  globalThis.penstockTestServices = services;
  process.env.PENSTOCK_TEST_STACK = JSON.stringify(services.addresses);
}
