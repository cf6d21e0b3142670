// Loaded before a program, tells at its end which files it read as modules.
import { registerHooks } from 'node:module';

const files = [];
registerHooks({
  load(url, context, next) {
    if (url.startsWith('file:')) files.push(url);
    return next(url, context);
  },
});
process.on('exit', () => process.stderr.write(`\nmodules ${JSON.stringify(files)}\n`));
