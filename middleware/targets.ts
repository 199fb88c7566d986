import {
  endpointOf,
  isServingName,
  knownServings,
  manifestOf,
  protocolsOf,
} from '../serving-configs/index.ts';
import type { ServingName } from '../serving-configs/index.ts';
import { TENSORS } from '../serving-configs/manifest.ts';
import type {
  Encoding,
  Endpoint,
  ModelContract,
  Payload,
  Protocol,
} from '../serving-configs/manifest.ts';
import { geometryOf } from '../serving-configs/models/input/geometry.ts';
import type { Geometry } from '../serving-configs/models/input/geometry.ts';
import type { TensorModel } from '../serving-configs/models/tensors/tensor-model.ts';
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
import { numberedCodec } from './servings/numbered-tensors.ts';
import type { Codec, GrpcCodec, TensorCodec } from './servings/serving.ts';
import { GrpcTransport } from './transports/grpc.ts';
import { RestTransport } from './transports/rest.ts';
import type { Transport } from './transports/transport.ts';

/** The fields that all targets have. */
interface TargetFacts {
  readonly serving: ServingName;
  readonly protocol: Protocol;
  readonly encoding: Encoding;
  readonly model: ModelContract;
  readonly transport: Transport;
  /** Whether the process works on nothing else while a request to this target is in flight. */
  readonly isBlocking: boolean;
  readonly metrics: TargetMetrics;
}

/** A target that gets images. */
export interface ImageTarget extends TargetFacts {
  readonly payload: Payload;
  /** Undefined if unknown. */
  readonly weightsTrained: boolean | undefined;
  /** The geometry that the image is resized to; the payload `image` uses only its limit of pixels. */
  readonly geometry: Geometry;
  readonly size: RequestSize;
  readonly codec: Codec;
}

/** A target that gets the named tensors of a user's model. */
export interface TensorTarget extends TargetFacts {
  readonly payload: typeof TENSORS;
  readonly tensorModel: TensorModel;
  readonly codec: TensorCodec;
}

/** Everything that a request to one target needs, prepared at start-up. */
export type InferenceTarget = ImageTarget | TensorTarget;

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
  codec: Codec,
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
    meaningOf: (codec as GrpcCodec).meaningOf,
  });
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
    const { model } = manifestOf(serving);
    const transport = transportOf(serving, protocol, codec, options);
    transports.push(transport);
    const factsOf = (payload: InferenceTarget['payload'], encoding: Encoding): TargetFacts => ({
      serving,
      protocol,
      encoding,
      model,
      transport,
      isBlocking: options.blockingServings.includes(serving),
      metrics: options.metrics.of(serving, protocol, payload),
    });
    for (const [payload, encodings] of payloadsOf(endpoint)) {
      const geometry = geometryOf(payload === 'tensor_fullsize' ? 'fullsize' : model.layout);
      for (const encoding of encodings) {
        targets.set(keyOf(serving, protocol, payload, encoding), {
          ...factsOf(payload, encoding),
          payload,
          weightsTrained: options.weightsTrained[serving],
          geometry,
          size: payload === 'image' ? fileSizeAs(encoding) : tensorSizeAs(encoding, geometry),
          codec,
        });
      }
    }
    const { tensorModel } = options;
    if (tensorModel === undefined) return;
    for (const encoding of encodingsOf(endpoint, TENSORS)) {
      const tensorCodec = codecOf(serving).tensors?.[protocol];
      if (tensorCodec === undefined) {
        throw new Error(`${serving} has no codec of tensors for ${protocol}`);
      }
      targets.set(keyOf(serving, protocol, TENSORS, encoding), {
        ...factsOf(TENSORS, encoding),
        payload: TENSORS,
        tensorModel,
        codec: numberedCodec(tensorCodec, model, tensorModel),
      });
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
      const servesUserModel = options.tensorModel !== undefined && endpoint.tensors !== undefined;
      const payload = queryPayload ?? (servesUserModel ? TENSORS : endpoint.defaultPayload);
      const encoding = queryEncoding ?? encodingsOf(endpoint, payload)[0] ?? '';
      const target = targets.get(keyOf(serving, protocol, payload, encoding));
      if (target === undefined) {
        const isModelMissing = payload === TENSORS && options.tensorModel === undefined;
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
