/** TLS connections to running servers, which may have the certificate of a private authority. */
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';

const contexts = new Map<string, SecureContext>();

/**
 * What a connection trusts: the authorities that Node knows, and those of a PEM file. Reading them takes milliseconds, so each file
 * is read once.
 */
export const trusting = (
  caFile: string | undefined,
): { readonly secureContext?: SecureContext } => {
  if (caFile === undefined) return {};
  let secureContext = contexts.get(caFile);
  if (secureContext === undefined) {
    secureContext = createSecureContext({ ca: [...rootCertificates, readFileSync(caFile)] });
    contexts.set(caFile, secureContext);
  }
  return { secureContext };
};

/** Where a connection goes, from the origin `http://host:port` or `https://host:port` of a server. */
export const endpointAt = (origin: string) => {
  const { protocol, hostname, port } = new URL(origin);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const isTls = protocol === 'https:';
  return {
    isTls,
    host,
    port: Number(port) || (isTls ? 443 : 80),
    /** The name for which the server has to show a certificate; an IP address is no name. */
    ...(isIP(host) === 0 && { servername: host }),
  };
};

/** Whether a connection ended because of TLS: its code names a certificate, or is one of OpenSSL. */
export const isTlsFault = (code: string): boolean =>
  /CERT|SELF_SIGNED|VERIFY|^INVALID_|^ERR_SSL|^ERR_TLS|^EPROTO$/.test(code);
