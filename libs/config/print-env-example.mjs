// Writes .env.example from the built table of settings. Run by `npm run generate`.
import { writeFileSync } from 'node:fs';

import { envExample } from '../../dist/libs/config/index.js';

writeFileSync(new URL('../../.env.example', import.meta.url), envExample());
