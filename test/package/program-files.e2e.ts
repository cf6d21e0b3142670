import { describe, expect, it } from '@jest/globals';

import { roleNames } from '../../apps/roles.js';
import { startRoles } from '../e2e/run-penstock.js';
import { filesRead, packagesOf, tellsFiles } from './program-files.js';

const filesMax = 90;

describe('a process of all roles', () => {
  it('reads few files while it works, of packages only those that are in no chunk, and serves their pages', async () => {
    const roles = await startRoles(roleNames, tellsFiles);

    const paths = ['/docs', '/docs/swagger-ui.css', '/docs/openapi.json', '/console/', '/v1/whoami'];
    const answers = await Promise.all(paths.map((path) => fetch(new URL(path, roles.address))));
    await roles.stop();

    const files = filesRead(roles.output());
    expect(answers.map(({ status }) => status)).toEqual(paths.map(() => 200));
    expect(files.length).toBeLessThanOrEqual(filesMax);
    expect(packagesOf(files)).toEqual(['swagger-ui-dist']);
  });
});
