import { join } from 'node:path';

import { goProgram } from './go-program.mjs';

const toxiproxy = 'github.com/Shopify/toxiproxy/v2/cmd/server@v2.12.0';

/** Step 6: the proxy that stands between processes and services when tests cut, slow and break their links. */
export async function toxiproxyStep(ports) {
  const { folder, skipped } = await goProgram('toxiproxy', toxiproxy, ports);
  return { skipped, toxiproxy: join(folder, 'server') };
}
