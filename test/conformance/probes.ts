import { codecOf } from '../../middleware/servings/index.ts';
import type { CodecInput } from '../../middleware/servings/serving.ts';
import {
  endpointOf,
  manifestOf,
  protocolsOf,
  RESNET50,
  type ServingName,
} from '../../serving-configs/index.ts';
import type { Encoding, Payload, Protocol } from '../../serving-configs/manifest.ts';
import { decodeImage } from '../../serving-configs/models/input/decode-image.ts';
import { geometryOf, type Pixels } from '../../serving-configs/models/input/geometry.ts';
import type { ImageInput } from '../../serving-configs/models/input/image-input.ts';
import type { ServedModel } from '../../serving-configs/models/served-model.ts';
import { classifierOf, imageInput, imageOf } from '../support/codec-inputs.ts';
import type { Probe } from './exchange.ts';

/** A way to send requests to a serving, as its manifest lists them. */
export interface Way {
  readonly protocol: Protocol;
  readonly payload: Payload;
  readonly encoding: Encoding;
}

export const waysOf = (serving: ServingName): readonly Way[] =>
  protocolsOf(serving).flatMap((protocol) =>
    Object.entries(endpointOf(serving, protocol)?.payloads ?? {}).flatMap(([payload, encodings]) =>
      encodings.map((encoding) => ({ protocol, payload: payload as Payload, encoding })),
    ),
  );

export type WayName = `${Protocol} ${Payload} as ${Encoding}`;

export const nameOf = ({ protocol, payload, encoding }: Way): WayName =>
  `${protocol} ${payload} as ${encoding}`;

/** A request with numbers as text is as expensive as ten others, and one of the full size as fifty. */
const isExpensive = ({ payload, encoding }: Way): boolean =>
  payload === 'tensor_fullsize' || encoding === 'json';

/**
 * The requests of a crowd: every combination once, then only cheap ones. Many expensive requests would keep a busy machine
 * longer than platforms let the others wait: gRPC's C core cancels requests that wait for 30 s.
 */
export const crowdOf = (ways: readonly Way[], count: number): readonly Way[] => {
  const cheap = ways.filter((way) => !isExpensive(way));
  return [...ways, ...Array.from({ length: count }, () => cheap).flat()].slice(0, count);
};

/** The request that the middleware sends for an input. */
export const probeOf = (
  serving: ServingName,
  { protocol, encoding }: Way,
  input: CodecInput,
  name: string,
  model: ServedModel = classifierOf(serving),
): Probe => {
  const codec = codecOf(serving)[protocol];
  if (codec === undefined) throw new Error(`${serving} has no codec for ${protocol}`);
  const { method, path, headers, body } = codec.encode(input, encoding, model);
  return { name, protocol, method, path, headers, body: Buffer.concat(body) };
};

const grey = (width: number, height: number): Pixels => ({
  width,
  height,
  data: new Uint8Array(width * height * 3).fill(128),
});

const decoded = new WeakMap<Uint8Array, Map<ImageInput['resize'], Promise<Pixels>>>();

/** Decodes an image only once for each size, because most requests contain the same image. */
const pixelsOf = (image: Uint8Array, prepared: ImageInput): Promise<Pixels> => {
  const { resize } = prepared;
  const bySize = decoded.get(image) ?? new Map<ImageInput['resize'], Promise<Pixels>>();
  decoded.set(image, bySize);
  const pixels = bySize.get(resize) ?? decodeImage(image, geometryOf(prepared));
  bySize.set(resize, pixels);
  return pixels;
};

/** The input of a request with an image. */
export const inputOf = async (
  serving: ServingName,
  { payload }: Way,
  image: Uint8Array,
): Promise<CodecInput> => {
  if (payload === 'image') return { payload, bytes: image, mediaType: 'image/jpeg' };
  return imageInput(serving, payload, await pixelsOf(image, imageOf(serving, payload)));
};

/** The faults of malformed requests, for every platform. */
export const FAULTS = ['unknownModel', 'wrongShape', 'brokenImage'] as const;
export type Fault = (typeof FAULTS)[number];

/** Requests with a fault; none if the payload cannot have it. */
export const faultyProbes = async (
  serving: ServingName,
  way: Way,
  fault: Fault,
  image: Uint8Array,
): Promise<readonly Probe[]> => {
  const model = classifierOf(serving);
  const about = nameOf(way);
  const input = await inputOf(serving, way, image);
  switch (fault) {
    case 'unknownModel':
      return [
        probeOf(serving, way, input, `${about}, another model`, { ...model, name: 'another' }),
      ];
    case 'wrongShape': {
      if (input.payload !== 'tensor') return [];
      const small = imageInput(serving, input.payload, grey(100, 100));
      return [probeOf(serving, way, small, `${about}, of another shape`)];
    }
    case 'brokenImage': {
      if (input.payload !== 'image') return [];
      const broken = (bytes: Uint8Array, what: string) =>
        probeOf(serving, way, { ...input, bytes }, `${about}, ${what}`);
      return [
        broken(Buffer.from('no image'), 'no image'),
        broken(image.subarray(0, 2000), 'an image that is cut off'),
      ];
    }
    default:
      return fault satisfies never;
  }
};

/** All requests that the simulated server must answer like the real one: every way, every fault, and health. */
export const probesOf = async (
  serving: ServingName,
  image: Uint8Array,
): Promise<readonly Probe[]> => {
  const probes: Probe[] = [];
  for (const way of waysOf(serving)) {
    probes.push(probeOf(serving, way, await inputOf(serving, way, image), nameOf(way)));
    for (const fault of FAULTS) probes.push(...(await faultyProbes(serving, way, fault, image)));
  }
  const health = manifestOf(serving, RESNET50).health.path;
  return [
    ...probes,
    {
      name: 'rest health',
      protocol: 'rest',
      method: 'GET',
      path: health,
      headers: {},
      body: Buffer.alloc(0),
    },
  ];
};
