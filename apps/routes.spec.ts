import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { describe, expect, it } from '@jest/globals';

import { needKey } from '#http';

import { controllers } from './app.module.js';

type Declared = { readonly scopes?: readonly string[]; readonly everybody?: true };

/** Every route of every controller, with what it says that it needs. */
const routes = controllers.flatMap((controller) => {
  const prototype = controller.prototype as Record<string, unknown>;
  const methods = Object.getOwnPropertyNames(prototype).map((name) => prototype[name] as object);
  return methods
    .filter((method) => Reflect.hasMetadata(METHOD_METADATA, method))
    .map((handler) => {
      const path = [controller, handler].map((part) => String(Reflect.getMetadata(PATH_METADATA, part)));
      const need = [handler, controller].map((part) => Reflect.getMetadata(needKey, part) as Declared | undefined);
      const method = RequestMethod[Number(Reflect.getMetadata(METHOD_METADATA, handler))];
      return { method, path: path.join('/').replaceAll(/\/+/g, '/'), need: need.find((one) => one !== undefined) };
    });
});

describe('every route', () => {
  it('says who may call it', () => {
    expect(routes.length).toBeGreaterThan(25);
    expect(routes.filter(({ need }) => need === undefined)).toEqual([]);
  });

  it('is not for everybody, but health and what is signed', () => {
    const open = routes.filter(({ need }) => need?.everybody === true).map(({ path }) => path);

    expect(open.sort()).toEqual(['/health/live', '/health/ready', 'v1/webhooks/front/']);
  });

  it('that changes something is not for those who may only read', () => {
    const readers = routes.filter(({ method, need }) => method !== 'GET' && need?.scopes?.includes('read'));

    expect(readers.map(({ path }) => path).sort()).toEqual(['v1/ask', 'v1/context', 'v1/search']);
    expect(routes.filter(({ need }) => need?.scopes?.length === 0).map(({ path }) => path)).toEqual(['v1/whoami/']);
  });
});
