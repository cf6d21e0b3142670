import type { Marks } from './windows.js';

/** Where the thread finds the model. */
export interface ModelSource {
  /** Folder of the model; with `hubModel`, the folder where its files are kept. */
  readonly folder: string;
  /** Name of the model on the hub, if it may be fetched from there. */
  readonly hubModel?: string;
  /** For measurements, which mark nothing: takes whatever model lies in the folder. */
  readonly anyModel?: boolean;
  /** Threads of the runtime; by default one for each core. */
  readonly threads?: number;
}

/** What the thread is asked. Rows of one question have the same length. */
export type ModelQuestion =
  | { readonly id: number; readonly ask: 'tokens'; readonly texts: readonly string[] }
  | { readonly id: number; readonly ask: 'vectors'; readonly rows: readonly (readonly number[])[] };

export type ModelAnswer =
  | { readonly id: number; readonly tokens: number[][] }
  | { readonly id: number; readonly vectors: Float32Array[] }
  | { readonly id: number; readonly error: string };

/** Said once, when the model is loaded. */
export interface ModelReady {
  readonly ready: true;
  readonly marks: Marks;
}
