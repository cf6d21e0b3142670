import type { ResolveAll } from './address-guard.js';
import { Frontapp } from './frontapp.js';
import { Http } from './http.js';
import { Inline, JsonRecord } from './inline.js';
import { LocalUpload } from './local-upload.js';
import { Sources, type Source } from './source.js';

export interface SourcesOptions {
  readonly uploadBytesMax: number;
  /** Folders from which local paths may be ingested; none allows none. */
  readonly uploadRoots: readonly string[];
  readonly httpAllowPrivate: boolean;
  readonly httpTimeoutMs: number;
  readonly resolve?: ResolveAll;
}

const publicPorts = [80, 443];

/** All sources; `http` takes both schemes. */
export function makeSources({
  uploadBytesMax,
  uploadRoots,
  httpAllowPrivate,
  httpTimeoutMs,
  resolve,
}: SourcesOptions): Sources {
  const policy = { allowPrivate: httpAllowPrivate, ports: publicPorts, timeoutMs: httpTimeoutMs };
  const byName = new Map<string, Source>([
    ['local_upload', new LocalUpload(uploadRoots)],
    ['http', new Http(resolve === undefined ? policy : { ...policy, resolve })],
    ['inline', new Inline()],
    ['json_record', new JsonRecord()],
    ['frontapp', new Frontapp()],
  ]);
  return new Sources(byName, uploadBytesMax);
}
