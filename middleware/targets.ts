import { endpointOf, idOf, manifestOf, protocolsOf } from '../serving-configs/index.ts';
import type { Serving, ServingName } from '../serving-configs/index.ts';
import { TENSORS } from '../serving-configs/manifest.ts';
import type {
  Encoding,
  Endpoint,
  ModelKind,
  Payload,
  Protocol,
} from '../serving-configs/manifest.ts';
import { geometryOf } from '../serving-configs/models/input/geometry.ts';
import type { Geometry, Pixels } from '../serving-configs/models/input/geometry.ts';
import { imageFor } from '../serving-configs/models/input/image-input.ts';
import { manifestModelOf } from '../serving-configs/models/model.ts';
import type { Model } from '../serving-configs/models/model.ts';
import { servedModelOf } from '../serving-configs/models/served-model.ts';
import type { ServedModel } from '../serving-configs/models/served-model.ts';
import { tensorOfPixels } from '../serving-configs/models/tensors/image-tensor.ts';
import type { Config } from './config.ts';
import {
  PayloadUnsupported,
  ProtocolUnsupported,
  TensorModelMissing,
  UnknownServing,
} from './errors.ts';
import type { TargetMetrics, RequestMetrics } from './metrics/request-metrics.ts';
import { fileSizeAs, tensorSizeAs } from './request-size.ts';
import type { RequestSize } from './request-size.ts';
import { codecOf } from './servings/index.ts';
import { formOf, givenTensor, pixelTensor } from './servings/input-tensor.ts';
import type { InputTensor } from './servings/input-tensor.ts';
import type { Codec, CodecInput } from './servings/serving.ts';
import { GrpcTransport } from './transports/grpc.ts';
import { RestTransport } from './transports/rest.ts';
import type { Transport } from './transports/transport.ts';

/** How a target takes an uploaded image: it passes the file on, or decodes it into the input of a codec. */
export type ImageUse = {
  /** The geometry that pixels are resized to. Of a file that is passed on, only the limit of pixels is checked. */
  readonly geometry: Geometry;
  /** The memory that the work takes. */
  readonly size: RequestSize;
} & (
  | { readonly kind: 'file' }
  | { readonly kind: 'pixels'; readonly inputOf: (pixels: Pixels) => CodecInput }
);

/** Everything that a request to one target needs, prepared at start-up. */
export interface InferenceTarget {
  readonly serving: ServingName;
  readonly protocol: Protocol;
  readonly payload: Payload | typeof TENSORS;
  readonly encoding: Encoding;
  readonly codec: Codec;
  readonly transport: Transport;
  /** The model with the names that clients use. */
  readonly model: Model;
  /** The model with the names that the serving uses. */
  readonly served: ServedModel;
  /** Undefined if it takes only tensors. */
  readonly image: ImageUse | undefined;
  /** Undefined if unknown. */
  readonly weightsTrained: boolean | undefined;
  /** Whether the process works on nothing else while a request to this target is in flight. */
  readonly isBlocking: boolean;
  readonly metrics: TargetMetrics;
}

/** A request for a target: the route tells the protocol, the client wrote the rest. */
interface TargetQuery {
  readonly serving: string;
  readonly protocol: Protocol;
  readonly payload?: string | undefined;
  readonly encoding?: string | undefined;
}

export interface InferenceTargets {
  /** @throws UnknownServing, ProtocolUnsupported, PayloadUnsupported, TensorModelMissing */
  readonly find: (query: TargetQuery) => InferenceTarget;
  readonly close: () => Promise<void>;
}

interface TargetsOptions extends Config {
  readonly metrics: RequestMetrics;
}

/** The payloads with which an endpoint takes a model. */
interface PayloadChoice {
  readonly first: InferenceTarget['payload'];
  /** With their encodings, the default first. */
  readonly all: ReadonlyMap<string, readonly Encoding[]>;
}

/** The payloads of models. A server serves only one model at a time. */
const payloadsFor: Readonly<Record<ModelKind, (endpoint: Endpoint) => PayloadChoice>> = {
  built: ({ payloads, defaultPayload }) => ({
    first: defaultPayload,
    all: new Map(Object.entries(payloads)),
  }),
  given: ({ tensors }) => ({
    first: TENSORS,
    all: new Map(tensors === undefined ? [] : [[TENSORS, tensors]]),
  }),
};

const describePayloads = ({ all }: PayloadChoice): string =>
  [...all]
    .map(([payload, encodings]) => `payload ${payload} (encoding ${encodings.join(' or ')})`)
    .join(', ');

const keyOf = (serving: string, protocol: Protocol, payload: string, encoding: string): string =>
  `${serving} ${protocol} ${payload} ${encoding}`;

const transportOf = (
  known: Serving,
  protocol: Protocol,
  { meaningOf }: Codec,
  options: TargetsOptions,
): Transport => {
  const serving = idOf(known);
  const caFile = typeof known === 'string' ? undefined : known.caFile;
  const origin = options.servingUrls[serving][protocol];
  if (origin === undefined) throw new Error(`no address of ${serving} for ${protocol}`);
  const { maxAnswerBytes } = options;
  if (protocol === 'rest') {
    const { upstreamRestTimeoutMs: timeoutMs, maxInFlight: connections } = options;
    return new RestTransport({ serving, origin, timeoutMs, maxAnswerBytes, connections, caFile });
  }
  return new GrpcTransport({
    serving,
    origin,
    timeoutMs: options.upstreamTimeoutMs,
    maxAnswerBytes,
    isChannelPerCall: options.channelPerCallServings.includes(serving),
    meaningOf,
    caFile,
  });
};

/** The memory per number of an image in named tensors: the decoded byte, and its number before and after it has the type of the input. */
const BYTES_PER_NUMBER = 13;

/** How a target turns an image into the only input of its model; undefined if the model takes no images. */
const imageUse = (
  payload: InferenceTarget['payload'],
  encoding: Encoding,
  { image }: ServedModel,
): ImageUse | undefined => {
  if (image === undefined) return undefined;
  if (payload === 'image') {
    return { kind: 'file', geometry: geometryOf(image), size: fileSizeAs(encoding) };
  }
  const prepared = imageFor(payload, image);
  const geometry = geometryOf(prepared);
  const form = formOf(prepared);
  const size = tensorSizeAs(encoding, geometry);
  if (payload !== TENSORS) {
    const inputOf = (pixels: Pixels): CodecInput => ({
      payload,
      image: pixelTensor(image.input, pixels, form),
    });
    return { kind: 'pixels', geometry, size, inputOf };
  }
  const leastBytes = image.width * image.height * 3 * BYTES_PER_NUMBER;
  const tensorOf = (pixels: Pixels): InputTensor =>
    image.datatype === 'FP32'
      ? pixelTensor(image.input, pixels, form)
      : givenTensor(tensorOfPixels(pixels, image));
  return {
    kind: 'pixels',
    geometry,
    size: { ...size, fixedBytes: Math.max(size.fixedBytes, leastBytes) },
    inputOf: (pixels) => ({ payload, tensors: [tensorOf(pixels)] }),
  };
};

/** Creates the targets of all servings. The targets of a serving share one set of connections per protocol. */
export const createTargets = (options: TargetsOptions): InferenceTargets => {
  const targets = new Map<string, InferenceTarget>();
  /** By serving and protocol. Each request looks its payload up here. */
  const choices = new Map<string, PayloadChoice>();
  const transports: Transport[] = [];

  const addTargets = (known: Serving, protocol: Protocol): void => {
    const serving = idOf(known);
    const endpoint = endpointOf(known, protocol);
    const codec = codecOf(known)[protocol];
    if (endpoint === undefined || codec === undefined) {
      throw new Error(`${serving} has a manifest or a codec for ${protocol}, but not both`);
    }
    const { model } = options;
    const served = servedModelOf(manifestOf(known, manifestModelOf(model)).model, model);
    const transport = transportOf(known, protocol, codec, options);
    transports.push(transport);
    const choice = payloadsFor[model.kind](endpoint);
    choices.set(`${serving} ${protocol}`, choice);
    for (const [name, encodings] of choice.all) {
      const payload = name as InferenceTarget['payload'];
      for (const encoding of encodings) {
        targets.set(keyOf(serving, protocol, payload, encoding), {
          serving,
          protocol,
          payload,
          encoding,
          codec,
          transport,
          model,
          served,
          image: imageUse(payload, encoding, served),
          weightsTrained: options.weightsTrained[serving],
          isBlocking: options.blockingServings.includes(serving),
          metrics: options.metrics.of(serving, protocol, payload),
        });
      }
    }
  };

  for (const serving of options.servings.values()) {
    for (const protocol of protocolsOf(serving)) addTargets(serving, protocol);
  }
  return {
    find: ({ serving, protocol, payload: queryPayload, encoding: queryEncoding }) => {
      const known = options.servings.get(serving);
      if (known === undefined)
        throw new UnknownServing(serving, [...options.servings.keys()].join(', '));
      const choice = choices.get(`${serving} ${protocol}`);
      if (choice === undefined) {
        throw new ProtocolUnsupported(serving, protocol, protocolsOf(known).join(', '));
      }
      const payload = queryPayload ?? choice.first;
      const encoding = queryEncoding ?? choice.all.get(payload)?.[0] ?? '';
      const target = targets.get(keyOf(serving, protocol, payload, encoding));
      if (target === undefined) {
        const isModelMissing = payload === TENSORS && !choice.all.has(TENSORS);
        if (isModelMissing && endpointOf(known, protocol)?.tensors !== undefined) {
          throw new TensorModelMissing();
        }
        const asEncoding = queryEncoding === undefined ? '' : ` as ${queryEncoding}`;
        throw new PayloadUnsupported(
          `The payload "${payload}"${asEncoding}`,
          serving,
          protocol,
          describePayloads(choice) || 'no model with named tensors',
        );
      }
      return target;
    },
    close: async () => {
      await Promise.all(transports.map(async (transport) => transport.close()));
    },
  };
};
