import { classify, PermanentFailure } from '#failure';

/** A service, and the settings that say whom Penstock trusts there and who it is to it. */
const services = {
  kafka: { name: 'Kafka', login: 'PENSTOCK_KAFKA_SASL, _USER and _PASSWORD, or _CERT and _KEY' },
  registry: { name: 'The schema registry', login: 'PENSTOCK_REGISTRY_USER and PENSTOCK_REGISTRY_PASSWORD' },
  postgres: { name: 'PostgreSQL', login: 'PENSTOCK_POSTGRES_URL' },
  neo4j: { name: 'Neo4j', login: 'PENSTOCK_NEO4J_USER and PENSTOCK_NEO4J_PASSWORD' },
  qdrant: { name: 'Qdrant', login: 'PENSTOCK_QDRANT_API_KEY' },
  redis: { name: 'Redis', login: 'PENSTOCK_REDIS_URL' },
} as const;

export type NamedService = keyof typeof services;

/** Codes of Node and OpenSSL for certificates that nobody trusted vouches for, are another host's or too old. */
const untrusted =
  /\w*SELF_SIGNED_CERT\w*|UNABLE_TO_(GET|VERIFY)_\w+|CERT_(HAS_EXPIRED|NOT_YET_VALID)|ERR_TLS_CERT_ALTNAME_INVALID/;
/** The driver of Neo4j says no more than this of such certificates, without a code. */
const untrustedByNeo4j = 'Server certificate is not trusted';
/** Codes for a certificate of ours that the other side does not take, or misses. */
const certificateRefused = /\bERR_SSL_\S*ALERT_(\S*CERTIFICATE\S*|UNKNOWN_CA)/;
const depthMax = 8;

/**
 * Does work at the start of a process that connects to a service. What trying again can't change, as a certificate that
 * nobody vouches for or a login that is refused, ends the start at once, with the settings that matter. A process that
 * works already goes on trying instead: there it is the service that has changed.
 * @throws PermanentFailure `certificate-not-trusted` or `login-refused`; anything else as it came.
 */
export async function nameRefusal<T>(service: NamedService, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { name, login } = services[service];
    const chain = chainOf(error);
    const said = chain.map(({ code }) => String(code)).join(' ');
    const cause = classify(error);
    const code = untrusted.exec(said)?.[0];
    if (code !== undefined || chain.some(({ message }) => String(message).includes(untrustedByNeo4j))) {
      const why = code === undefined ? '' : ` (${code})`;
      const message = `${name}: its certificate is not trusted${why}; PENSTOCK_CA says whom to trust`;
      throw new PermanentFailure(message, { reason: 'certificate-not-trusted', cause });
    }
    if (certificateRefused.test(said) || chain.some(isLoginRefused)) {
      throw new PermanentFailure(`${name} refuses the login; see ${login}`, { reason: 'login-refused', cause });
    }
    throw error;
  }
}

type Link = Readonly<Record<'name' | 'code' | 'message' | 'reason' | 'cause' | 'originalError', unknown>>;

/** What PostgreSQL and Neo4j answer in `code`, and Redis at the start of its message. */
const loginRefused = /^(28P01|28000|Neo\.ClientError\.Security\..*)$/;
const redisRefused = /^(WRONGPASS|NOAUTH|NOPERM)\b/;
/** How the edges of clients that speak HTTP call the statuses 401 and 403. */
const unauthorised = ['qdrant-unauthorised', 'registry-unauthorised'];

function isLoginRefused({ name, code, message, reason }: Link): boolean {
  // kafkajs says so as well of a connection that broke in the middle of a login, and that is worth another try.
  if (name === 'KafkaJSSASLAuthenticationError') return !/connection|timed out/i.test(String(message));
  return loginRefused.test(String(code)) || redisRefused.test(String(message)) || unauthorised.includes(String(reason));
}

/** An error and its causes. */
function chainOf(error: unknown): Link[] {
  const chain: Link[] = [];
  let link = error;
  while (chain.length < depthMax && typeof link === 'object' && link !== null) {
    chain.push(link as Link);
    link = (link as Link).cause ?? (link as Link).originalError;
  }
  return chain;
}
