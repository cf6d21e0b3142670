import { describe, expect, it } from '@jest/globals';
import pg from 'pg';

import { loadConfig } from '#config';
import { makeStaging } from '#pipeline/stager';

import { roleNames, rolesOnStaging } from './roles.js';
import { serviceChecks } from './service-checks.js';

/** Nothing can be staged below a file, as in a container whose file system is read-only and has no volume for it. */
const staging = makeStaging({ ...loadConfig({}), stagingFolder: `${import.meta.filename}/staging` });
const services = { pool: new pg.Pool() };

describe('a process that can’t reach staged bytes', () => {
  it.each(roleNames.filter((name) => !rolesOnStaging.includes(name)))('does not miss them as %s', (name) => {
    expect(serviceChecks([name], services, staging).map((check) => check.name)).toEqual(['postgres']);
  });

  it.each(rolesOnStaging)('is not ready as %s, whatever other role it has', async (name) => {
    const found = serviceChecks(['relay', name], services, staging).find((check) => check.name === 'staging');

    await expect(found?.check()).rejects.toMatchObject({ reason: expect.stringContaining('staging') as unknown });
  });
});
