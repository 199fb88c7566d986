import { createHash } from 'node:crypto';
import { withTimeLimit } from '../../../../serving-configs/time-limit.ts';

/** Where an image is, as Docker reads its name. */
export interface ImageLocation {
  /** `docker.io` for Docker Hub. */
  readonly host: string;
  readonly repository: string;
  /** Tag or digest. */
  readonly reference: string;
}

/** Reads the name of an image as Docker does. */
export const locationOf = (name: string): ImageLocation => {
  const [first = '', ...others] = name.split('/');
  const hasHost = others.length > 0 && /[.:]|^localhost$/.test(first);
  const host = hasHost ? first : 'docker.io';
  const rest = hasHost ? others.join('/') : name;
  const [, path = '', tag = 'latest', digest] = /^(.+?)(?::([^:@/]+))?(?:@(.+))?$/.exec(rest) ?? [];
  const isShort = host === 'docker.io' && !path.includes('/');
  return { host, repository: isShort ? `library/${path}` : path, reference: digest ?? tag };
};

/** What a registry says about an image. */
export type ImageAnswer =
  | {
      readonly state: 'found';
      /** Of the list of platforms, if it has one: what `docker pull` prints. */
      readonly digest: string;
      /** Compressed, as it is downloaded. */
      readonly sizeBytes: number;
      readonly pulls?: PullsLeft | undefined;
    }
  | { readonly state: 'missing' }
  /** It exists, but not for Linux on x86. */
  | { readonly state: 'other-platform'; readonly platforms: readonly string[] }
  /** Without a login, or beyond a limit. */
  | { readonly state: 'refused'; readonly status: number }
  | { readonly state: 'unreachable'; readonly cause: unknown };

/** How many pulls a registry still allows this address. */
export interface PullsLeft {
  readonly left: number;
  readonly limit: number;
  readonly hours: number;
}

interface ImagePlatform {
  readonly os?: string;
  readonly architecture?: string;
}

/** The parts of manifests, lists of manifests, and the configurations of images that are read. */
interface RegistryDocument extends ImagePlatform {
  readonly manifests?: readonly { readonly digest: string; readonly platform?: ImagePlatform }[];
  readonly config?: { readonly digest: string; readonly size: number };
  readonly layers?: readonly { readonly size: number }[];
}

const ACCEPTED = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

const LIMIT_MS = 20_000;

/** An answer other than success. */
class Refused extends Error {
  override readonly name = 'Refused';
  readonly status: number;

  constructor(status: number) {
    super(`the registry answered ${status}`);
    this.status = status;
  }
}

/** Docker, too, speaks HTTP without TLS to registries on loopback only. */
const originOf = (host: string): string =>
  host === 'docker.io'
    ? 'https://registry-1.docker.io'
    : `${/^(127\.|localhost\b)/.test(host) ? 'http' : 'https'}://${host}`;

/**
 * Gets the token that a registry gives to everybody.
 * @param challenge - The header `WWW-Authenticate`.
 */
const anonymousToken = async (
  challenge: string,
  repository: string,
  signal: AbortSignal,
): Promise<string | undefined> => {
  const parameter = (name: string): string | undefined =>
    new RegExp(`\\b${name}="([^"]*)"`).exec(challenge)?.[1];
  const realm = parameter('realm');
  if (!/^Bearer /i.test(challenge) || realm === undefined) return undefined;
  const address = new URL(realm);
  const service = parameter('service');
  if (service !== undefined) address.searchParams.set('service', service);
  address.searchParams.set('scope', `repository:${repository}:pull`);
  const response = await fetch(address, { signal });
  if (!response.ok) throw new Refused(response.status);
  const { token, access_token: accessToken } = (await response.json()) as {
    readonly token?: string;
    readonly access_token?: string;
  };
  return token ?? accessToken;
};

const pullsLeftOf = (headers: Headers): PullsLeft | undefined => {
  const left = /^\d+/.exec(headers.get('ratelimit-remaining') ?? '')?.[0];
  const [, limit, seconds] = /^(\d+);w=(\d+)/.exec(headers.get('ratelimit-limit') ?? '') ?? [];
  if (left === undefined || limit === undefined) return undefined;
  return { left: Number(left), limit: Number(limit), hours: Number(seconds) / 3600 };
};

/** Reads documents of a repository, with a token if the registry asks for one. */
const createReader = ({ host, repository }: ImageLocation, login?: string) => {
  let authorization = login === undefined ? undefined : `Basic ${login}`;
  return async (path: string, signal: AbortSignal) => {
    const request = (): Promise<Response> =>
      fetch(`${originOf(host)}/v2/${repository}/${path}`, {
        headers: { accept: ACCEPTED, ...(authorization === undefined ? {} : { authorization }) },
        signal,
      });
    let response = await request();
    if (response.status === 401 && authorization === undefined) {
      const challenge = response.headers.get('www-authenticate') ?? '';
      const token = await anonymousToken(challenge, repository, signal);
      if (token === undefined) throw new Refused(response.status);
      authorization = `Bearer ${token}`;
      response = await request();
    }
    if (!response.ok) throw new Refused(response.status);
    const text = await response.text();
    const digest =
      response.headers.get('docker-content-digest') ??
      `sha256:${createHash('sha256').update(text).digest('hex')}`;
    const document = JSON.parse(text) as RegistryDocument;
    return { document, digest, pulls: pullsLeftOf(response.headers) };
  };
};

const isOurs = ({ os, architecture }: ImagePlatform = {}): boolean =>
  os === 'linux' && architecture === 'amd64';

const platformText = ({ os = 'unknown', architecture = 'unknown' }: ImagePlatform = {}): string =>
  `${os}/${architecture}`;

const inspect = async (
  location: ImageLocation,
  login: string | undefined,
  signal: AbortSignal,
): Promise<ImageAnswer> => {
  const read = createReader(location, login);
  const top = await read(`manifests/${location.reference}`, signal);
  const { manifests } = top.document;
  const ours = manifests?.find(({ platform }) => isOurs(platform));
  if (manifests !== undefined && ours === undefined) {
    // Signatures and the like have no known platform.
    const platforms = manifests.map(({ platform }) => platformText(platform));
    const known = platforms.filter((platform) => platform !== 'unknown/unknown');
    return { state: 'other-platform', platforms: [...new Set(known)] };
  }
  const image = ours === undefined ? top : await read(`manifests/${ours.digest}`, signal);
  const { config, layers = [] } = image.document;
  if (ours === undefined && config !== undefined) {
    const { document } = await read(`blobs/${config.digest}`, signal);
    if (!isOurs(document)) return { state: 'other-platform', platforms: [platformText(document)] };
  }
  const sizeBytes = layers.reduce((sum, { size }) => sum + size, config?.size ?? 0);
  return { state: 'found', digest: top.digest, sizeBytes, pulls: image.pulls };
};

/**
 * Asks the registry of an image about it, as `docker pull` would: https://distribution.github.io/distribution/spec/api/. Docker Hub counts this
 * as a pull.
 *
 * @param login user and password in base64; undefined for what everybody may read
 */
export const askRegistry = async (
  location: ImageLocation,
  login?: string,
): Promise<ImageAnswer> => {
  try {
    return await withTimeLimit(LIMIT_MS, undefined, (signal) => inspect(location, login, signal));
  } catch (cause) {
    if (!(cause instanceof Refused)) return { state: 'unreachable', cause };
    return cause.status === 404 ? { state: 'missing' } : { state: 'refused', status: cause.status };
  }
};
