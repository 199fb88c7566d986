import {
  endpointOf,
  isServingName,
  knownServings,
  manifestOf,
  protocolsOf,
} from '../serving-configs/index.ts';
import type { ServingName } from '../serving-configs/index.ts';
import { TENSORS } from '../serving-configs/manifest.ts';
import type { Encoding, Endpoint, Layout, Payload, Protocol } from '../serving-configs/manifest.ts';
import { geometryFor, geometryOf } from '../serving-configs/models/input/geometry.ts';
import type { Geometry, Pixels } from '../serving-configs/models/input/geometry.ts';
import type { ImageInput } from '../serving-configs/models/input/image-input.ts';
import { normalisationFor } from '../serving-configs/models/input/normalise.ts';
import { manifestModelOf } from '../serving-configs/models/model.ts';
import { servedClassifier, servedTensors } from '../serving-configs/models/served-model.ts';
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
import { classifierForm, givenTensor, pixelTensor } from './servings/input-tensor.ts';
import type { InputTensor, PixelForm } from './servings/input-tensor.ts';
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
  readonly tensors: ServedModel;
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

const payloadsOf = ({ payloads }: Endpoint): [Payload, readonly Encoding[]][] =>
  Object.entries(payloads) as [Payload, readonly Encoding[]][];

const encodingsOf = ({ payloads, tensors }: Endpoint, payload: string): readonly Encoding[] =>
  (payload === TENSORS ? tensors : payloads[payload as Payload]) ?? [];

const describePayloads = (endpoint: Endpoint): string =>
  [...Object.keys(endpoint.payloads), TENSORS]
    .map((payload) => [payload, encodingsOf(endpoint, payload)] as const)
    .filter(([, encodings]) => encodings.length > 0)
    .map(([payload, encodings]) => `payload ${payload} (encoding ${encodings.join(' or ')})`)
    .join(', ');

const keyOf = (serving: string, protocol: Protocol, payload: string, encoding: string): string =>
  `${serving} ${protocol} ${payload} ${encoding}`;

const transportOf = (
  serving: ServingName,
  protocol: Protocol,
  { meaningOf }: Codec,
  options: TargetsOptions,
): Transport => {
  const origin = options.servingUrls[serving][protocol];
  if (origin === undefined) throw new Error(`no address of ${serving} for ${protocol}`);
  const { maxAnswerBytes } = options;
  if (protocol === 'rest') {
    const { upstreamRestTimeoutMs: timeoutMs, maxInFlight: connections } = options;
    return new RestTransport({ serving, origin, timeoutMs, maxAnswerBytes, connections });
  }
  return new GrpcTransport({
    serving,
    origin,
    timeoutMs: options.upstreamTimeoutMs,
    maxAnswerBytes,
    isChannelPerCall: options.channelPerCallServings.includes(serving),
    meaningOf,
  });
};

/** How a target of the classifier takes images. */
const classifierUse = (
  payload: Payload,
  encoding: Encoding,
  { inputs: [input] }: ServedModel,
  layout: Layout,
): ImageUse => {
  const target = payload === 'tensor_fullsize' ? 'fullsize' : layout;
  const geometry = geometryOf(target);
  if (payload === 'image') return { kind: 'file', geometry, size: fileSizeAs(encoding) };
  const form = classifierForm(layout, target);
  return {
    kind: 'pixels',
    geometry,
    size: tensorSizeAs(encoding, geometry),
    inputOf: (pixels) => ({ payload, image: pixelTensor(input?.name ?? '', pixels, form) }),
  };
};

/** Memory per number of a user's image: the decoded byte, and its number before and after it has the type of the input. */
const BYTES_PER_NUMBER = 13;

/** How an image becomes the only input of a user's model. */
const userImageUse = (
  image: ImageInput,
  encoding: Encoding,
  { inputs: [input] }: ServedModel,
): ImageUse => {
  const name = input?.name ?? '';
  const geometry = geometryFor(image);
  const form: PixelForm = {
    layout: image.layout,
    normalisation: normalisationFor(image),
    rows: 'exact',
  };
  const size = tensorSizeAs(encoding, geometry);
  const leastBytes = image.width * image.height * 3 * BYTES_PER_NUMBER;
  const tensorOf = (pixels: Pixels): InputTensor =>
    image.datatype === 'FP32'
      ? pixelTensor(name, pixels, form)
      : givenTensor(tensorOfPixels(pixels, { ...image, input: name }));
  return {
    kind: 'pixels',
    geometry,
    size: { ...size, fixedBytes: Math.max(size.fixedBytes, leastBytes) },
    inputOf: (pixels) => ({ payload: TENSORS, tensors: [tensorOf(pixels)] }),
  };
};

/** Creates the targets of all servings. The targets of a serving share one set of connections per protocol. */
export const createTargets = (options: TargetsOptions): InferenceTargets => {
  const targets = new Map<string, InferenceTarget>();
  const transports: Transport[] = [];

  const addTargets = (serving: ServingName, protocol: Protocol): void => {
    const endpoint = endpointOf(serving, protocol);
    const codec = codecOf(serving)[protocol];
    if (endpoint === undefined || codec === undefined) {
      throw new Error(`${serving} has a manifest or a codec for ${protocol}, but not both`);
    }
    const { model } = manifestOf(serving, manifestModelOf(options.model));
    const transport = transportOf(serving, protocol, codec, options);
    transports.push(transport);
    const addTarget = (
      payload: InferenceTarget['payload'],
      encoding: Encoding,
      parts: Pick<InferenceTarget, 'tensors' | 'served' | 'image'>,
    ): void => {
      targets.set(keyOf(serving, protocol, payload, encoding), {
        serving,
        protocol,
        payload,
        encoding,
        codec,
        transport,
        ...parts,
        weightsTrained: options.weightsTrained[serving],
        isBlocking: options.blockingServings.includes(serving),
        metrics: options.metrics.of(serving, protocol, payload),
      });
    };
    const classifier = servedClassifier(manifestOf(serving).model);
    for (const [payload, encodings] of payloadsOf(endpoint)) {
      for (const encoding of encodings) {
        const image = classifierUse(payload, encoding, classifier, model.layout);
        addTarget(payload, encoding, { tensors: classifier, served: classifier, image });
      }
    }
    if (options.model.kind === 'classifier') return;
    const { tensors } = options.model;
    const served = servedTensors(model, tensors);
    for (const encoding of encodingsOf(endpoint, TENSORS)) {
      const { image } = tensors;
      const use = image && userImageUse(image, encoding, served);
      addTarget(TENSORS, encoding, { tensors, served, image: use });
    }
  };

  for (const serving of knownServings()) {
    for (const protocol of protocolsOf(serving)) addTargets(serving, protocol);
  }
  return {
    find: ({ serving, protocol, payload: queryPayload, encoding: queryEncoding }) => {
      if (!isServingName(serving)) throw new UnknownServing(serving, knownServings().join(', '));
      const endpoint = endpointOf(serving, protocol);
      if (endpoint === undefined) {
        throw new ProtocolUnsupported(serving, protocol, protocolsOf(serving).join(', '));
      }
      // A serving that serves a user's model serves no other.
      const isDescribed = options.model.kind === 'described';
      const servesUserModel = isDescribed && endpoint.tensors !== undefined;
      const payload = queryPayload ?? (servesUserModel ? TENSORS : endpoint.defaultPayload);
      const encoding = queryEncoding ?? encodingsOf(endpoint, payload)[0] ?? '';
      const target = targets.get(keyOf(serving, protocol, payload, encoding));
      if (target === undefined) {
        const isModelMissing = payload === TENSORS && !isDescribed;
        if (isModelMissing && endpoint.tensors !== undefined) throw new TensorModelMissing();
        const asEncoding = queryEncoding === undefined ? '' : ` as ${queryEncoding}`;
        throw new PayloadUnsupported(
          `The payload "${payload}"${asEncoding}`,
          serving,
          protocol,
          describePayloads(endpoint),
        );
      }
      return target;
    },
    close: async () => {
      await Promise.all(transports.map(async (transport) => transport.close()));
    },
  };
};
