import { createPrivateKey, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';

/** Turns the text of a setting into its value. @throws RangeError that says what was expected. */
export type Parser<T> = (value: string) => T;

export const text: Parser<string> = (value) => {
  if (value.trim() === '') throw new RangeError('must not be empty');
  return value;
};

/** An http or https address, e.g. `https://api.example.com`. */
export const address: Parser<string> = (value) => {
  const url = URL.parse(value);
  if (url === null || !/^https?:$/.test(url.protocol)) throw new RangeError('must be an http or https address');
  return value;
};

/** An address that nobody on the way can answer for: https, or http that does not leave this machine. */
export const secureAddress: Parser<string> = (value) => {
  const { protocol, hostname } = new URL(address(value));
  if (protocol === 'https:' || /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)) return value;
  throw new RangeError('must be an https address');
};

/** What may be called a namespace. */
export const namespace: Parser<string> = (value) => {
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(value)) throw new RangeError('must match [a-z0-9][a-z0-9-]{0,62}');
  return value;
};

/** A value that never appears in logs or errors. */
export const secret: Parser<string> = (value) => text(value);

/** One certificate or several, in PEM form; what stands around them is left out. */
export const certificates: Parser<readonly string[]> = (value) => {
  const found = value.match(/-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/g);
  try {
    for (const certificate of found ?? []) new X509Certificate(certificate);
  } catch {
    throw new RangeError('must be certificates in PEM form, and one of them is damaged');
  }
  if (found === null) throw new RangeError('must be certificates in PEM form');
  return found;
};

/** A private key in PEM form that is not encrypted itself. */
export const privateKey: Parser<string> = (value) => {
  try {
    createPrivateKey(value);
  } catch {
    throw new RangeError('must be a private key in PEM form, without a passphrase');
  }
  return value;
};

export const optional =
  <T>(parse: Parser<T>): Parser<T | undefined> =>
  (value) =>
    value === '' ? undefined : parse(value);

export const list: Parser<readonly string[]> = (value) =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

/** Comma separated names and values, e.g. `x-key=abc, x-team=docs`; values are percent-encoded, and never repeated. */
export const named: Parser<readonly (readonly [name: string, value: string])[]> = (value) =>
  list(value).map((item) => {
    const [name = '', ...rest] = item.split('=');
    if (name.trim() === '' || rest.length === 0) throw new RangeError('must be name=value, comma separated');
    return [name.trim(), decodeURIComponent(rest.join('=').trim())];
  });

/** Comma separated ports, e.g. `80, 443`. */
export const ports: Parser<readonly number[]> = (value) => list(value).map(integer(1, 65535));

/** Comma separated networks in CIDR notation, e.g. `10.0.0.0/8, fd00::/8`. */
export const networks: Parser<readonly string[]> = (value) => {
  const given = list(value);
  for (const network of given) {
    const [address = '', length = '', ...rest] = network.split('/');
    const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
    if (rest.length > 0 || !/^\d{1,3}$/.test(length) || Number(length) > bits) {
      throw new RangeError('must be networks such as 10.0.0.0/8 or fd00::/8, comma separated');
    }
  }
  return given;
};

export const integer =
  (min: number, max: number): Parser<number> =>
  (value) => {
    const number = Number(value);
    if (value.trim() === '' || !Number.isInteger(number) || number < min || number > max) {
      throw new RangeError(`must be a whole number from ${min} to ${max}`);
    }
    return number;
  };

export const decimal =
  (min: number, max: number): Parser<number> =>
  (value) => {
    const number = Number(value);
    if (!/^\d+(\.\d+)?$/.test(value.trim()) || number < min || number > max) {
      throw new RangeError(`must be a number from ${min} to ${max}`);
    }
    return number;
  };

/** What a million tokens of a model cost, in dollars. */
export type NamedPrice = readonly [model: string, price: { readonly prompt: number; readonly completion: number }];

/** Comma separated prices of models, in and out, e.g. `openai/gpt-4.1-mini=0.40/1.60`. */
export const prices: Parser<readonly NamedPrice[]> = (value) =>
  list(value).map((item) => {
    const match = /^(\S+)=(\d+(?:\.\d+)?)\/(\d+(?:\.\d+)?)$/.exec(item);
    if (match === null) throw new RangeError('must be prices such as openai/gpt-4.1-mini=0.40/1.60, comma separated');
    return [match[1] ?? '', { prompt: Number(match[2]), completion: Number(match[3]) }];
  });

export const choice =
  <const T extends readonly string[]>(...values: T): Parser<T[number]> =>
  (value) => {
    if (!values.includes(value)) throw new RangeError(`must be one of ${values.join(', ')}`);
    return value;
  };

/** Some of the values, comma separated; at least one. */
export const choices =
  <const T extends readonly string[]>(...values: T): Parser<readonly T[number][]> =>
  (value) => {
    const given = list(value);
    if (given.length === 0) throw new RangeError(`must be some of ${values.join(', ')}`);
    return given.map(choice(...values));
  };

export const flag: Parser<boolean> = (value) => choice('true', 'false')(value) === 'true';

const durationUnitsMs: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `500ms`, `30s`, `10m`, `24h`, `7d`. */
export const durationMs: Parser<number> = (value) => {
  const match = /^(\d+)(ms|s|m|h|d)$/.exec(value.trim());
  const unit = durationUnitsMs[match?.[2] ?? ''];
  if (match === null || unit === undefined)
    throw new RangeError('must be a duration such as 500ms, 30s, 10m, 24h or 7d');
  return Number(match[1]) * unit;
};

/** A duration, or `off`. */
export const durationOrOff: Parser<number | undefined> = (value) =>
  value.trim() === 'off' ? undefined : durationMs(value);

const byteUnits: Record<string, number> = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };

/** `512KiB`, `100MiB`, `2GiB`. */
export const bytes: Parser<number> = (value) => {
  const match = /^(\d+)(B|KiB|MiB|GiB)$/.exec(value.trim());
  const unit = byteUnits[match?.[2] ?? ''];
  if (match === null || unit === undefined) throw new RangeError('must be a size such as 512KiB, 100MiB or 2GiB');
  return Number(match[1]) * unit;
};
