import { bytesOfList } from '../../models/tensors/tensor-body.ts';
import { isDatatype, type Datatype } from '../../models/tensors/tensor-spec.ts';
import {
  failInGrpc,
  GRPC_STATUS,
  grpcFailure,
  type GrpcStatus,
  type GrpcWire,
  type GrpcWireFactory,
} from '../grpc-wire.ts';
import type { ServedManifest } from '../wire.ts';
import {
  MODEL_CONFIG,
  MODEL_INFER,
  MODEL_METADATA,
  MODEL_READY,
  MODEL_STATISTICS,
  modelInferRequest,
  modelInferResponse,
  modelRequest,
  REPOSITORY_INDEX,
  SERVER_LIVE,
  SERVER_METADATA,
  SERVER_READY,
  type ModelInferRequest,
  type TensorContents,
} from './messages.ts';
import { tensorsInput } from '../tensors/tensor-call.ts';
import { demandOutputs, type DescribeServer } from './served-model.ts';

/** The differences between platforms that speak the protocol over gRPC. */
interface GrpcService {
  /** Absent if it takes only inference. */
  readonly describe?: DescribeServer;
  /** The version of the model in answers. */
  readonly modelVersion: string;
  /** Whether it answers only the outputs that a request lists, and refuses others. */
  readonly selects?: true;
  /** Whether it ignores the version in a request. */
  readonly ignoresVersions?: true;
  /** Its answer to whether a model is ready that does not exist. Default: NOT_FOUND. */
  readonly unknownReady?: 'not ready' | typeof GRPC_STATUS.UNKNOWN;
}

/** The list for the values of each type, if they are not in the raw contents of the message. */
const LISTS: Readonly<Partial<Record<Datatype, keyof TensorContents>>> = {
  BOOL: 'bool_contents',
  INT32: 'int_contents',
  INT64: 'int64_contents',
  UINT8: 'uint_contents',
  FP32: 'fp32_contents',
};

/** The inputs of a request with their values: raw bytes, which the message lists separately, or a list. */
const tensorsIn = ({ inputs, raw_input_contents: raw = [] }: ModelInferRequest) =>
  inputs.map(({ contents, ...input }, at) => {
    const { datatype, name } = input;
    const list = isDatatype(datatype) ? LISTS[datatype] : undefined;
    const bytes =
      raw.length === 0 && isDatatype(datatype) && list !== undefined
        ? bytesOfList(contents?.[list] ?? [], datatype, name)
        : raw[at];
    return { ...input, bytes: bytes ?? new Uint8Array() };
  });

const documentOf = ({ encode }: typeof SERVER_LIVE, body: object) =>
  ({
    kind: 'answer',
    answer: { status: GRPC_STATUS.OK, message: encode(body) },
  }) as const;

/** The calls that are no inference, as far as the platform has them. */
const describingCalls = (
  manifest: ServedManifest,
  { describe, ignoresVersions, modelVersion, unknownReady }: GrpcService,
): GrpcWire => {
  if (describe === undefined) return {};
  const { server, model, index, configuration, statistics } = describe(manifest);
  const isServed = ({ name, version }: { readonly name: string; readonly version: string }) =>
    name === manifest.model.name &&
    (ignoresVersions === true || version === '' || version === modelVersion);

  /** Answers about a model, if it is served. */
  const about =
    (
      call: typeof SERVER_LIVE,
      body: object,
      status: Exclude<GrpcStatus, 0> = GRPC_STATUS.NOT_FOUND,
    ) =>
    (message: Uint8Array) => {
      const request = modelRequest.decode(message);
      return isServed(request)
        ? documentOf(call, body)
        : grpcFailure(status, `model ${request.name} ${request.version} not found`);
    };

  return {
    [SERVER_LIVE.path]: () => documentOf(SERVER_LIVE, { live: true }),
    [SERVER_READY.path]: () => documentOf(SERVER_READY, { ready: true }),
    [SERVER_METADATA.path]: () => documentOf(SERVER_METADATA, server),
    [MODEL_METADATA.path]: about(MODEL_METADATA, model),
    [MODEL_READY.path]:
      unknownReady === 'not ready'
        ? (message) => documentOf(MODEL_READY, { ready: isServed(modelRequest.decode(message)) })
        : about(MODEL_READY, { ready: true }, unknownReady),
    ...(configuration && { [MODEL_CONFIG.path]: about(MODEL_CONFIG, { config: configuration }) }),
    ...(index && {
      [REPOSITORY_INDEX.path]: () => documentOf(REPOSITORY_INDEX, { models: index }),
    }),
    ...(statistics && {
      [MODEL_STATISTICS.path]: (message: Uint8Array) => {
        const request = modelRequest.decode(message);
        // Without a name, it answers about all models.
        if (request.name !== '' && !isServed(request)) {
          return grpcFailure(
            GRPC_STATUS.INVALID_ARGUMENT,
            `model ${request.name} ${request.version} not found`,
          );
        }
        return {
          kind: 'statistics',
          render: (counters) => documentOf(MODEL_STATISTICS, statistics(counters)).answer,
        };
      },
    }),
  };
};

/** The protocol over gRPC: inference with tensors as raw bytes or lists, health, metadata, and the extensions that the platform has. */
export const createGrpcService =
  (service: GrpcService): GrpcWireFactory =>
  (manifest) => ({
    ...describingCalls(manifest, service),
    [MODEL_INFER]: (message) => {
      const request = modelInferRequest.decode(message);
      const { model } = manifest;
      const { modelVersion, ignoresVersions, selects } = service;
      const {
        model_name: name,
        model_version: version = '',
        id = '',
        outputs: listed = [],
      } = request;
      const isVersion = ignoresVersions === true || version === '' || version === modelVersion;
      if (name !== model.name || !isVersion) {
        return grpcFailure(
          GRPC_STATUS.NOT_FOUND,
          `model ${name}${isVersion ? '' : ` with version ${version}`} not found`,
        );
      }
      const wanted =
        selects === true && listed.length > 0 ? listed.map((output) => output.name) : undefined;
      return {
        kind: 'inference',
        protocol: 'grpc',
        form: () => JSON.stringify([id, wanted]),
        read: () => {
          if (selects === true) demandOutputs(listed, manifest);
          return tensorsInput(tensorsIn(request), manifest.served);
        },
        render: (_form, all) => {
          const outputs =
            wanted === undefined ? all : all.filter((tensor) => wanted.includes(tensor.name));
          const response = modelInferResponse.encode({
            model_name: model.name,
            model_version: modelVersion,
            id,
            outputs: outputs.map((tensor) => ({
              name: tensor.name,
              datatype: tensor.datatype,
              shape: tensor.shape,
            })),
            raw_output_contents: outputs.map(({ bytes }) => bytes),
          });
          return { status: GRPC_STATUS.OK, message: response };
        },
        fail: failInGrpc,
      };
    },
  });
