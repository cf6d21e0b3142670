import type { IngestionModels } from '#ledger';

/** An ingestion as the API shows it; see `GET /v1/ingestions/{id}`. */
export interface IngestionReport {
  readonly ingestionId: string;
  readonly namespace: string;
  readonly documentId: string;
  readonly version: number;
  readonly status: string;
  readonly stores: Readonly<Record<string, string>>;
  readonly counts: Readonly<Record<string, number>>;
  readonly tokens: Readonly<Record<string, { readonly prompt: number; readonly completion: number }>>;
  /** What it was made with: who found entities and facts, and who gave passages their vectors. */
  readonly models: IngestionModels;
  readonly cost: { readonly calls: number; readonly usd: number | null };
  readonly error?: { readonly reason?: string; readonly message?: string; readonly role?: string } | null;
  /** Why calls of its namespace to models wait, while it needs them. */
  readonly waiting?: { readonly reason: string; readonly message: string; readonly since: string } | null;
  readonly timeline: readonly {
    readonly at: string;
    readonly type: string;
    readonly role?: string;
    readonly store?: string;
    readonly detail?: Readonly<Record<string, unknown>>;
  }[];
}

/** A document that came out of another; see `GET /v1/ingestions/{id}/children`. */
export type Child = Pick<IngestionReport, 'ingestionId' | 'documentId' | 'status'>;

export interface ChildPage {
  readonly items: readonly Child[];
  readonly nextCursor?: string;
}
