import type { RequestHandler } from 'express';
import express from 'express';

/**
 * What a page of the console may do: load what lies beside it and ask this very address, and nothing else. Names and
 * texts of strangers stand on it, so not even a way around its escaping lets them run: no inline script or style, no
 * `eval`, and no string ever becomes HTML.
 */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const headers = {
  'content-security-policy': policy,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** Serves the built console. Names of assets hold their hash; only the page itself is asked for anew. */
export function consoleFiles(folder: string): RequestHandler {
  const files = express.static(folder, {
    dotfiles: 'ignore',
    setHeaders: (response, path) => {
      const isAsset = /[\\/]assets[\\/]/.test(path);
      response.setHeader('cache-control', isAsset ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  return (request, response, next) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    files(request, response, next);
  };
}
