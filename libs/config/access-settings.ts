import { choices, durationMs, flag, integer, optional, secret, secureAddress, text } from './parsers.js';

/** Signatures made with a private key; one with a shared secret would be as good as the public key that checks it. */
const signatures = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'] as const;

/** Who may call. */
export const accessSettings = {
  apiKey: {
    env: 'PENSTOCK_API_KEY',
    default: '',
    parse: optional(secret),
    description: 'Key that the command line and the tools for agents send to the API',
  },
  keyPepper: {
    env: 'PENSTOCK_KEY_PEPPER',
    default: '',
    parse: optional(secret),
    description: 'Secret that stored API keys are hashed with; with another one all keys are void',
  },
  rateLimit: {
    env: 'PENSTOCK_RATE_LIMIT',
    default: '6000',
    parse: integer(1, 10_000_000),
    description: 'Most requests per minute with one key, or of one subject of tokens, over all processes',
  },
  rateLimitStrangers: {
    env: 'PENSTOCK_RATE_LIMIT_STRANGERS',
    default: '120',
    parse: integer(1, 10_000_000),
    description: 'Most requests per minute that an address may send without a valid key, webhooks included',
  },
  metricsOpen: {
    env: 'PENSTOCK_METRICS_OPEN',
    default: 'false',
    parse: flag,
    description: 'Whether /metrics needs no key where everything else does',
  },
  jwtIssuer: {
    env: 'PENSTOCK_JWT_ISSUER',
    default: '',
    parse: optional(text),
    description: 'Issuer of JSON Web Tokens that are taken like keys; needs audience and JWKS address',
  },
  jwtAudience: {
    env: 'PENSTOCK_JWT_AUDIENCE',
    default: '',
    parse: optional(text),
    description: 'Audience that such tokens must be for',
  },
  jwtJwksUrl: {
    env: 'PENSTOCK_JWT_JWKS_URL',
    default: '',
    parse: optional(secureAddress),
    description: 'Where the issuer shows its public keys; https, or http on loopback',
  },
  jwtAlgorithms: {
    env: 'PENSTOCK_JWT_ALGORITHMS',
    default: 'RS256,ES256,EdDSA',
    parse: choices(...signatures),
    description: 'Signatures that tokens may have, comma separated',
  },
  jwtClockSkewMs: {
    env: 'PENSTOCK_JWT_CLOCK_SKEW',
    default: '30s',
    parse: durationMs,
    description: 'How far the clock of the issuer may be off',
  },
  jwtScopesClaim: {
    env: 'PENSTOCK_JWT_SCOPES_CLAIM',
    default: 'scope',
    parse: text,
    description: 'Claim of a token that holds its scopes',
  },
  jwtNamespacesClaim: {
    env: 'PENSTOCK_JWT_NAMESPACES_CLAIM',
    default: 'penstock_namespaces',
    parse: text,
    description: 'Claim of a token that holds its namespaces; * stands for all',
  },
} as const;
