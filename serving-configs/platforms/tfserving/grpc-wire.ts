import {
  failInGrpc,
  GRPC_STATUS,
  grpcFailure,
  type GrpcInference,
  type GrpcWire,
} from '../../protocols/grpc-wire.ts';
import type { ServedModel } from '../../models/served-model.ts';
import { tensorsInput } from '../../protocols/tensors/tensor-call.ts';
import {
  BadInput,
  floatsInput,
  type ServedManifest,
  type WireInput,
  type WireOutput,
} from '../../protocols/wire.ts';
import {
  GET_METADATA,
  GET_STATUS,
  listedProto,
  metadataRequest,
  metadataResponse,
  PREDICT,
  predictRequest,
  predictResponse,
  signatureDefMap,
  statusRequest,
  statusResponse,
  tensorsFrom,
  type ModelSpec,
  type PredictRequest,
  type TensorProto,
} from './messages.ts';
import {
  DEFAULT_SIGNATURE,
  signatureDocument,
  signaturesOf,
  statusDocument,
  VERSION,
} from './signatures.ts';

/** The only field of the metadata. */
const SIGNATURES = 'signature_def';

/** Reads the floats in `image`, of any height and width, or the file in `jpeg`. */
const readImage = ({ inputs: { image, jpeg } }: PredictRequest, served: ServedModel): WireInput => {
  const [file] = jpeg?.string_val ?? [];
  if (file !== undefined) return { kind: 'image', bytes: file };
  const [tensor] = image === undefined ? [] : tensorsFrom({ image });
  if (tensor?.datatype !== 'FP32' || tensor.shape.length !== 4) {
    throw new BadInput('unexpected input');
  }
  return floatsInput(served, tensor.bytes, tensor.shape);
};

/** Reads the inputs of a request by what the model answers. */
const readInput: Readonly<
  Record<
    ServedModel['answers']['kind'],
    (request: PredictRequest, served: ServedModel) => WireInput
  >
> = {
  classes: readImage,
  tensors: ({ inputs }, served) => tensorsInput(tensorsFrom(inputs), served),
};

/** Values as lists; the server would answer bytes only if it were configured to. */
const protosOf = (output: WireOutput): readonly (readonly [string, TensorProto])[] =>
  output.map((tensor) => [tensor.name, listedProto(tensor)]);

/** TensorFlow Serving's gRPC API with the signatures of the served model. */
export default (manifest: ServedManifest): GrpcWire => {
  const { served } = manifest;
  const { name } = served;

  const predict = (request: PredictRequest, signature: string): GrpcInference => {
    const { output_filter: wanted = [] } = request;
    return {
      kind: 'inference',
      protocol: 'grpc',
      form: () => JSON.stringify([signature, wanted]),
      read: () => readInput[served.answers.kind](request, served),
      render: (_form, output) => ({
        status: GRPC_STATUS.OK,
        message: predictResponse.encode({
          outputs: Object.fromEntries(
            protosOf(output).filter(([key]) => wanted.length === 0 || wanted.includes(key)),
          ),
          model_spec: { name, version: { value: VERSION }, signature_name: signature },
        }),
      }),
      fail: failInGrpc,
    };
  };

  /** Why a model is refused; undefined if it is served. */
  const refusalOf = (spec: ModelSpec | null | undefined) => {
    if (spec?.name === name && (spec.version?.value ?? VERSION) === VERSION) return undefined;
    return grpcFailure(
      GRPC_STATUS.NOT_FOUND,
      `model ${spec?.name} with version ${spec?.version?.value ?? 'latest'} not found`,
    );
  };

  return {
    [PREDICT]: (message) => {
      const request = predictRequest.decode(message);
      const refusal = refusalOf(request.model_spec);
      if (refusal !== undefined) return refusal;
      const named = request.model_spec?.signature_name || DEFAULT_SIGNATURE;
      const { [named]: signature } = signaturesOf(manifest);
      if (signature === undefined) {
        return grpcFailure(
          GRPC_STATUS.FAILED_PRECONDITION,
          `Serving signature key "${named}" not found.`,
        );
      }
      const outputs = signature.outputs.map((output) => output.name);
      const unknown = request.output_filter?.find((key) => !outputs.includes(key));
      return unknown === undefined
        ? predict(request, named)
        : grpcFailure(
            GRPC_STATUS.INVALID_ARGUMENT,
            `output tensor alias not found in signature: ${unknown} Outputs expected to be in the set {${outputs.join()}}.`,
          );
    },
    [GET_METADATA]: (message) => {
      const { model_spec: spec, metadata_field: fields } = metadataRequest.decode(message);
      if (fields.length === 0 || fields.some((field) => field !== SIGNATURES)) {
        return grpcFailure(
          GRPC_STATUS.INVALID_ARGUMENT,
          `the only metadata field is ${SIGNATURES}`,
        );
      }
      return (
        refusalOf(spec) ?? {
          kind: 'answer',
          answer: {
            status: GRPC_STATUS.OK,
            message: metadataResponse.encode({
              model_spec: { name, version: { value: VERSION } },
              metadata: {
                [SIGNATURES]: {
                  type_url: 'type.googleapis.com/tensorflow.serving.SignatureDefMap',
                  value: signatureDefMap.encodeDocument(signatureDocument(manifest)),
                },
              },
            }),
          },
        }
      );
    },
    [GET_STATUS]: (message) =>
      refusalOf(statusRequest.decode(message).model_spec) ?? {
        kind: 'answer',
        answer: {
          status: GRPC_STATUS.OK,
          message: statusResponse.encodeDocument(statusDocument(0)),
        },
      },
  };
};
