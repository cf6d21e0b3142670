import type { Scope } from '#access';

/** What the cases need of one tenant. */
export interface Tenant {
  readonly namespace: string;
  readonly documentId: string;
  readonly ingestionId: string;
  readonly letterId: string;
  readonly entityUuid: string;
}

export interface Route {
  readonly name: string;
  readonly scope: Scope;
  /** Whoever may do anything may do this: who ingests follows what he ingested. */
  readonly forEveryScope?: true;
  readonly request: (tenant: Tenant) => { readonly method: string; readonly path: string; readonly body?: unknown };
  /** What the tenant's own key is answered, and one of another namespace. */
  readonly own: number;
  readonly foreign: 403 | 404;
}

const missing = 'no-such-document';
const get =
  (path: (tenant: Tenant) => string): Route['request'] =>
  (tenant) => ({ method: 'GET', path: path(tenant) });
const post =
  (path: (tenant: Tenant) => string, body: (tenant: Tenant) => object): Route['request'] =>
  (tenant) => ({
    method: 'POST',
    path: path(tenant),
    body: body(tenant),
  });
const question = ({ namespace }: Tenant): object => ({ namespace, query: 'Who is the CEO of ACME Corporation?' });
const document = ({ documentId }: Tenant): string => `/v1/documents/${documentId}`;

/** Every route of the API that is about a namespace. */
export const routes: readonly Route[] = [
  {
    name: 'submitting a text',
    scope: 'ingest',
    request: post(
      () => '/v1/documents',
      ({ namespace }) => ({ namespace, documentId: 'added', source: 'inline', content: 'Some text.' }),
    ),
    own: 202,
    foreign: 403,
  },
  {
    name: 'submitting a web page',
    scope: 'ingest',
    request: post(
      () => '/v1/documents',
      ({ namespace }) => ({ namespace, documentId: 'page', source: 'http', location: 'https://example.invalid/' }),
    ),
    own: 202,
    foreign: 403,
  },
  {
    name: 'submitting a record',
    scope: 'ingest',
    request: post(
      () => '/v1/records',
      ({ namespace }) => ({ namespace, documentId: 'order', record: { total: 1 } }),
    ),
    own: 202,
    foreign: 403,
  },
  {
    name: 'reading a document',
    scope: 'read',
    request: get((tenant) => `${document(tenant)}?namespace=${tenant.namespace}&include=chunks`),
    own: 200,
    foreign: 404,
  },
  {
    name: 'reading chunks',
    scope: 'read',
    request: get((tenant) => `${document(tenant)}/chunks?namespace=${tenant.namespace}`),
    own: 200,
    foreign: 404,
  },
  {
    name: 'deleting a document',
    scope: 'ingest',
    request: ({ namespace }) => ({ method: 'DELETE', path: `/v1/documents/${missing}?namespace=${namespace}` }),
    own: 404,
    foreign: 404,
  },
  {
    name: 'listing ingestions',
    scope: 'read',
    request: get(({ namespace }) => `/v1/ingestions?namespace=${namespace}`),
    own: 200,
    foreign: 403,
  },
  {
    name: 'following an ingestion',
    scope: 'read',
    forEveryScope: true,
    request: get(({ ingestionId }) => `/v1/ingestions/${ingestionId}`),
    own: 200,
    foreign: 404,
  },
  {
    name: 'following what came out of an ingestion',
    scope: 'read',
    forEveryScope: true,
    request: get(({ ingestionId }) => `/v1/ingestions/${ingestionId}/children`),
    own: 200,
    foreign: 404,
  },
  {
    name: 'cancelling an ingestion',
    scope: 'ingest',
    request: ({ ingestionId }) => ({ method: 'DELETE', path: `/v1/ingestions/${ingestionId}` }),
    own: 409,
    foreign: 404,
  },
  { name: 'searching', scope: 'read', request: post(() => '/v1/search', question), own: 200, foreign: 403 },
  { name: 'asking for context', scope: 'read', request: post(() => '/v1/context', question), own: 200, foreign: 403 },
  { name: 'asking', scope: 'read', request: post(() => '/v1/ask', question), own: 200, foreign: 403 },
  {
    name: 'finding entities',
    scope: 'read',
    request: get(({ namespace }) => `/v1/entities?name=acme&namespace=${namespace}`),
    own: 200,
    foreign: 403,
  },
  {
    name: 'following an entity through time',
    scope: 'read',
    request: get(({ entityUuid, namespace }) => `/v1/entities/${entityUuid}/timeline?namespace=${namespace}`),
    own: 200,
    foreign: 404,
  },
  {
    name: 'looking around an entity',
    scope: 'read',
    request: get(({ entityUuid, namespace }) => `/v1/entities/${entityUuid}/graph?namespace=${namespace}`),
    own: 200,
    foreign: 404,
  },
  {
    name: 'counting the graph',
    scope: 'read',
    request: get(({ namespace }) => `/v1/graph/stats?namespace=${namespace}`),
    own: 200,
    foreign: 403,
  },
  {
    name: 'listing dead letters',
    scope: 'read',
    request: get(({ namespace }) => `/v1/dead-letters?namespace=${namespace}`),
    own: 200,
    foreign: 403,
  },
  {
    name: 'reading a dead letter',
    scope: 'read',
    request: get(({ letterId }) => `/v1/dead-letters/${letterId}?include=value`),
    own: 200,
    foreign: 404,
  },
  {
    name: 'replaying many dead letters',
    scope: 'admin',
    request: post(
      () => '/v1/dead-letters/replay',
      ({ namespace }) => ({ namespace, documentId: missing }),
    ),
    own: 202,
    foreign: 403,
  },
  {
    name: 'replaying a dead letter',
    scope: 'admin',
    request: post(
      ({ letterId }) => `/v1/dead-letters/${letterId}/replay`,
      () => ({}),
    ),
    own: 202,
    foreign: 404,
  },
  {
    name: 'reading what was spent',
    scope: 'read',
    request: get(({ namespace }) => `/v1/usage?namespace=${namespace}`),
    own: 200,
    foreign: 403,
  },
  {
    name: 'listing calls that were paid for',
    scope: 'read',
    request: get(({ namespace, ingestionId }) => `/v1/usage/calls?namespace=${namespace}&ingestionId=${ingestionId}`),
    own: 200,
    foreign: 403,
  },
  {
    name: 'reading a budget',
    scope: 'read',
    request: get(({ namespace }) => `/v1/budgets/${namespace}`),
    own: 200,
    foreign: 403,
  },
  {
    name: 'setting a budget',
    scope: 'admin',
    request: ({ namespace }) => ({ method: 'PUT', path: `/v1/budgets/${namespace}`, body: { budgets: [] } }),
    own: 200,
    foreign: 403,
  },
  {
    name: 'reading the audit log',
    scope: 'admin',
    request: get(({ namespace }) => `/v1/admin/audit?namespace=${namespace}`),
    own: 200,
    foreign: 403,
  },
  {
    name: 'reading questions that were asked',
    scope: 'admin',
    request: get(({ namespace }) => `/v1/analytics/queries?namespace=${namespace}`),
    own: 200,
    foreign: 403,
  },
];
