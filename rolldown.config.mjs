import { existsSync, globSync } from 'node:fs';
import { relative, sep } from 'node:path';

/**
 * Puts what a process imports into few files (docs/adr/0036): reads what `nest build` wrote, and overwrites the programs
 * in dist/apps with ones that load chunks. All other modules stay where they are, for what loads them singly.
 */
const dist = `${import.meta.dirname}${sep}dist${sep}`;
if (existsSync(`${dist}chunks`)) throw new Error('dist/ is bundled already: `npm run build` begins it anew');
const programs = globSync('apps/*/main.js', { cwd: dist });

/** Packages that read files beside their own, and those that Nest asks for and does without. */
const external = [
  /^(@huggingface\/transformers|pdfjs-dist)(\/|$)/,
  /^(@nestjs\/websockets|@grpc\/.+|@nats-io\/.+|@fastify\/.+|amqplib|amqp-connection-manager|mqtt|pg-native)(\/|$)/,
];

/** A module of ours finds what lies beside it where it lay, whatever chunk it came into: chunks are one folder deep. */
const modulesKnowTheirPlace = {
  name: 'modules-know-their-place',
  transform: {
    filter: { code: /import\.meta\.url/ },
    handler(code, id) {
      if (!id.startsWith(dist) || id.split(sep).includes('node_modules')) return null;
      const place = JSON.stringify(`../${relative(dist, id).replaceAll(sep, '/')}`);
      return { code: code.replaceAll('import.meta.url', `new URL(${place}, import.meta.url).href`), map: null };
    },
  },
};

export default {
  input: Object.fromEntries(programs.map((file) => [file.replace(/\.js$/, ''), `${dist}${file}`])),
  external,
  platform: 'node',
  plugins: [modulesKnowTheirPlace],
  // Two libraries ask for globals by it, to be hidden from bundlers for browsers.
  checks: { eval: false },
  // What can't be found would be looked for when a process runs, in a place where it may not be.
  onLog: (level, log, handle) => handle(level === 'warn' ? 'error' : level, log),
  logLevel: 'warn',
  output: {
    dir: dist,
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
    // Node says nothing of what packages still use, and knows a package by its folder, which it has no more.
    banner: ({ isEntry }) => (isEntry ? 'process.noDeprecation = true;' : ''),
    // Names of classes are names of contexts in Nest's logs, and of errors.
    keepNames: true,
    // Modules that only do something, such as the metadata of decorators, run before those that rely on it.
    strictExecutionOrder: true,
    comments: { legal: true, annotation: false, jsdoc: false },
    sourcemap: true,
    sourcemapExcludeSources: true,
  },
};
