export default async function stop() {
  await globalThis.penstockTestServices?.stop();
}
