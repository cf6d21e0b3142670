import { defineConfig } from 'vite';

const api = process.env.PENSTOCK_API ?? 'http://127.0.0.1:7070';

/** Builds to dist/console, which the api role serves; `vite apps/console` serves the sources beside a running API. */
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  publicDir: 'public',
  build: {
    outDir: '../../dist/console',
    emptyOutDir: true,
    target: 'es2023',
    cssTarget: ['chrome123', 'firefox128', 'safari17.5'],
    // Its policy lets a page load nothing inline, and no string become HTML.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: { host: '127.0.0.1', proxy: { '/v1': api } },
});
