import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { newFolder } from './temporary-folder.ts';

/** An element of DER: a tag, a length, and the content. */
const der = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const content = Buffer.concat(parts);
  const { length } = content;
  const lengthBytes =
    length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...lengthBytes]), content]);
};

const sequence = (...parts: readonly Uint8Array[]): Buffer => der(0x30, ...parts);
const integer = (value: number): Buffer => der(2, Buffer.from([value]));
const oid = (...bytes: readonly number[]): Buffer => der(6, Buffer.from(bytes));
const bits = (bytes: Uint8Array): Buffer => der(3, Buffer.from([0]), bytes);

const ECDSA_WITH_SHA256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2));

const nameOf = (name: string): Buffer =>
  sequence(der(0x31, sequence(oid(0x55, 4, 3), der(0x0c, Buffer.from(name)))));

/** A time as `YYMMDDHHMMSSZ`. */
const timeOf = (atMs: number): Buffer => {
  const digits = new Date(atMs).toISOString().replaceAll(/\D/g, '').slice(2, 14);
  return der(0x17, Buffer.from(`${digits}Z`));
};

const TRUE = Buffer.from([1, 1, 0xff]);
const IS_AUTHORITY = sequence(oid(0x55, 0x1d, 0x13), TRUE, der(4, sequence(TRUE)));
/** `localhost` and 127.0.0.1. */
const IS_HERE = sequence(
  oid(0x55, 0x1d, 0x11),
  der(4, sequence(der(0x82, Buffer.from('localhost')), der(0x87, Buffer.from([127, 0, 0, 1])))),
);

const HOUR_MS = 3_600_000;

interface Issuer {
  readonly name: string;
  readonly key: KeyObject;
}

const certificate = (
  issuer: Issuer,
  subject: string,
  publicKey: KeyObject,
  extension: Buffer,
  untilMs: number,
): string => {
  const content = sequence(
    der(0xa0, integer(2)),
    integer(1),
    ECDSA_WITH_SHA256,
    nameOf(issuer.name),
    sequence(timeOf(untilMs - 2 * HOUR_MS), timeOf(untilMs)),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(extension)),
  );
  const signed = sequence(content, ECDSA_WITH_SHA256, bits(sign('sha256', content, issuer.key)));
  return `-----BEGIN CERTIFICATE-----\n${signed.toString('base64')}\n-----END CERTIFICATE-----\n`;
};

const newKeys = () => generateKeyPairSync('ec', { namedCurve: 'prime256v1' });

/** Makes a private authority, with a PEM file of its certificate, that gives certificates to servers on 127.0.0.1. */
export const newAuthority = () => {
  const keys = newKeys();
  const issuer = { name: 'authority of a test', key: keys.privateKey };
  const nowMs = Date.now();
  const caFile = path.join(newFolder(), 'ca.pem');
  writeFileSync(
    caFile,
    certificate(issuer, issuer.name, keys.publicKey, IS_AUTHORITY, nowMs + HOUR_MS),
  );
  return {
    caFile,
    /** What a TLS server of Node needs. */
    serverCertificate: ({ hasExpired = false } = {}) => {
      const { publicKey, privateKey } = newKeys();
      const untilMs = nowMs + (hasExpired ? -HOUR_MS : HOUR_MS);
      return {
        key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
        cert: certificate(issuer, 'server of a test', publicKey, IS_HERE, untilMs),
      };
    },
  };
};
