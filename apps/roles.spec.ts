import { describe, expect, it } from '@jest/globals';

import { roleProblems, roles } from './roles.js';

describe('the map of roles', () => {
  it('has no contradiction', () => {
    expect(roleProblems()).toEqual([]);
  });

  it('refuses an event that nobody consumes', () => {
    const without = roles.filter(({ role }) => role !== 'janitor');

    expect(roleProblems(without)).toEqual(['IngestionConcluded is consumed by no role']);
  });

  it('refuses two roles of one name', () => {
    expect(roleProblems([...roles, roles[0]])).toContain('role api stands twice; its group would not be unique');
  });
});
