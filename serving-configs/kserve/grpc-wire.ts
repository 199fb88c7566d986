import { randomUUID } from 'node:crypto';
import { GRPC_STATUS, type GrpcAnswer, type GrpcStatus, type GrpcWire } from '../grpc-wire.ts';
import type { ServingManifest } from '../manifest.ts';
import { ELEMENT_BYTES } from '../open-inference/data-types.ts';
import { createGrpcService, rawResponse, readiness } from '../open-inference/grpc-service.ts';
import type { ModelInferRequest } from '../open-inference/messages.ts';
import { inputOf, undecodable } from '../open-inference/python-model.ts';
import { servedModel, type ServedModel } from '../open-inference/served-model.ts';
import { floatsOf, sizeOfShape, WireRefusal, type WireFailure, type WireInput } from '../wire.ts';
import { notReady, unknownModel } from './answers.ts';

const { INTERNAL, INVALID_ARGUMENT, NOT_FOUND, UNAVAILABLE } = GRPC_STATUS;

const refuse = (status: Exclude<GrpcStatus, 0>, details: string): never => {
  throw new WireRefusal<GrpcAnswer>({ status, details });
};

/** For every exception that the server does not know; its words stay in the log. */
const INTERNAL_WORDS = 'Internal server error';

const TYPES = new Set([...ELEMENT_BYTES.keys(), 'BYTES']);

const read = (request: ModelInferRequest, model: ServedModel): WireInput => {
  const { inputs, raw_input_contents: raw = [] } = request;
  if (raw.length > 0) {
    if (raw.length !== inputs.length) {
      return refuse(
        INVALID_ARGUMENT,
        `the number of inputs (${inputs.length}) does not match the expected number of raw input contents ` +
          `(${raw.length}) for model '${model.name}'.`,
      );
    }
    const both = inputs.find(({ contents }) => contents !== null && contents !== undefined);
    if (both !== undefined) {
      return refuse(
        INVALID_ARGUMENT,
        `contents field must not be specified when using raw_input_contents for input '${both.name}' ` +
          `for model '${model.name}'`,
      );
    }
  }
  // The values of each input are looked for by its type first, also where they are bytes.
  const untyped = inputs.find(({ datatype }) => !TYPES.has(datatype));
  if (untyped !== undefined) return refuse(INVALID_ARGUMENT, 'invalid content type');
  const input = inputOf(inputs, model);
  if (typeof input === 'string') return refuse(INVALID_ARGUMENT, input);
  const bytes = raw[inputs.indexOf(input)];
  if (bytes !== undefined && bytes.length % 4 !== 0) return refuse(INTERNAL, INTERNAL_WORDS);
  const values =
    bytes === undefined ? Float32Array.from(input.contents?.fp32_contents ?? []) : floatsOf(bytes);
  if (values.length !== sizeOfShape(model.shape)) return refuse(INTERNAL, INTERNAL_WORDS);
  return { kind: 'tensor', values, shape: model.shape };
};

const failureAnswer = (model: string, failure: WireFailure): GrpcAnswer => {
  switch (failure.kind) {
    case 'bad-image':
      return { status: INVALID_ARGUMENT, details: failure.message };
    case 'overloaded':
      return { status: UNAVAILABLE, details: notReady(model) };
    case 'failed':
      return { status: INTERNAL, details: INTERNAL_WORDS };
    default:
      return failure satisfies never;
  }
};

/** KServe's gRPC API. Statuses are those recorded from release 0.21.0; it does not look at versions. */
const createGrpcWire = (manifest: ServingManifest): GrpcWire => {
  const model = servedModel(manifest);
  const refuseModel = (name: string, ready: boolean): GrpcAnswer | undefined => {
    if (name !== model.name) return { status: NOT_FOUND, details: unknownModel(name) };
    return ready ? undefined : { status: UNAVAILABLE, details: notReady(name) };
  };
  return createGrpcService({
    unparsed: undecodable,
    modelReady: ({ name }, ready) => refuseModel(name, true) ?? readiness(ready),
    refuse: ({ name }, ready) => refuseModel(name, ready),
    read: (request) => read(request, model),
    // The model answers in bytes, also where the request had its values as numbers.
    respond: (values, { id }) => rawResponse(model, '', id || randomUUID(), values),
    fail: (failure) => failureAnswer(model.name, failure),
  });
};

export default createGrpcWire;
