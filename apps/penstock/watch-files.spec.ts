import { describe, expect, it } from '@jest/globals';

import { FileWatch } from './watch-files.js';

describe('files that are watched', () => {
  it('and can not be, are told of; the others are watched on', async () => {
    const told = Promise.withResolvers<Error>();
    const nothing = (): Promise<void> => Promise.resolve();
    const watch = new FileWatch({
      ...{ onFile: nothing, onRemoved: nothing, onReady: () => undefined },
      onError: told.resolve,
    });

    watch.start([{ root: `/${'a'.repeat(300)}` }]);

    expect((await told.promise).message).toContain('ENAMETOOLONG');
    await watch.stop();
  });
});
