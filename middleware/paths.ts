import { isServingName, manifestOf, servingNames } from '../serving-configs/index.ts';
import type { ServingName } from '../serving-configs/index.ts';
import type {
  Encoding,
  ModelContract,
  Payload,
  ServingManifest,
} from '../serving-configs/manifest.ts';
import { geometryOf } from '../serving-configs/models/input/geometry.ts';
import type { Geometry } from '../serving-configs/models/input/geometry.ts';
import { PayloadUnsupported, UnknownServing } from './errors.ts';
import type { PathMetrics, RequestMetrics } from './metrics/request-metrics.ts';
import { fileSizeAs, tensorSizeAs } from './request-size.ts';
import type { RequestSize } from './request-size.ts';
import { codecOf } from './servings/index.ts';
import type { RestCodec } from './servings/serving.ts';
import { RestTransport } from './transports/rest.ts';

/** One way through the middleware: everything that a request needs, looked up before it comes. */
export interface InferencePath {
  readonly serving: ServingName;
  readonly payload: Payload;
  readonly encoding: Encoding;
  readonly model: ModelContract;
  /** What the picture is fitted to; for the payload `image` only its limit of pixels counts. */
  readonly geometry: Geometry;
  readonly size: RequestSize;
  readonly codec: RestCodec;
  readonly transport: RestTransport;
  readonly metrics: PathMetrics;
}

/** What a client asked for, as it wrote it. */
export interface Wish {
  readonly serving: string;
  readonly payload?: string | undefined;
  readonly encoding?: string | undefined;
}

export interface InferencePaths {
  /** @throws UnknownServing, PayloadUnsupported */
  readonly find: (wish: Wish) => InferencePath;
  readonly close: () => Promise<void>;
}

interface PathsOptions {
  readonly servingUrls: Readonly<Record<ServingName, string>>;
  readonly upstreamTimeoutMs: number;
  readonly maxInFlight: number;
  readonly metrics: RequestMetrics;
}

const payloadsOf = (manifest: ServingManifest): [Payload, readonly Encoding[]][] =>
  Object.entries(manifest.payloads) as [Payload, readonly Encoding[]][];

const listOf = (manifest: ServingManifest): string =>
  payloadsOf(manifest)
    .map(([payload, encodings]) => `payload ${payload} (encoding ${encodings.join(' or ')})`)
    .join(', ');

const keyOf = (serving: string, payload: string, encoding: string): string =>
  `${serving} ${payload} ${encoding}`;

/** All paths of all servings, each serving with one pool of connections. */
export const createPaths = (options: PathsOptions): InferencePaths => {
  const paths = new Map<string, InferencePath>();
  const transports: RestTransport[] = [];
  for (const serving of servingNames) {
    const manifest = manifestOf(serving);
    const transport = new RestTransport({
      serving,
      origin: options.servingUrls[serving],
      timeoutMs: options.upstreamTimeoutMs,
      connections: options.maxInFlight,
    });
    transports.push(transport);
    for (const [payload, encodings] of payloadsOf(manifest)) {
      const geometry = geometryOf(
        payload === 'tensor_fullsize' ? 'fullsize' : manifest.model.family,
      );
      for (const encoding of encodings) {
        paths.set(keyOf(serving, payload, encoding), {
          serving,
          payload,
          encoding,
          model: manifest.model,
          geometry,
          size: payload === 'image' ? fileSizeAs(encoding) : tensorSizeAs(encoding, geometry),
          codec: codecOf(serving).rest,
          transport,
          metrics: options.metrics.of(serving, payload),
        });
      }
    }
  }
  return {
    find: ({ serving, payload: wishedPayload, encoding: wishedEncoding }) => {
      if (!isServingName(serving)) throw new UnknownServing(serving, servingNames.join(', '));
      const manifest = manifestOf(serving);
      const payload = wishedPayload ?? manifest.defaultPayload;
      const encoding = wishedEncoding ?? manifest.payloads[payload as Payload]?.[0] ?? '';
      const path = paths.get(keyOf(serving, payload, encoding));
      if (path === undefined) {
        const wish = wishedEncoding === undefined ? '' : ` as ${wishedEncoding}`;
        throw new PayloadUnsupported(`The payload "${payload}"${wish}`, serving, listOf(manifest));
      }
      return path;
    },
    close: async () => {
      await Promise.all(transports.map(async (transport) => transport.close()));
    },
  };
};
