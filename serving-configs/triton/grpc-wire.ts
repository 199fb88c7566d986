import { GRPC_STATUS, type GrpcAnswer, type GrpcWire } from '../grpc-wire.ts';
import type { ServingManifest } from '../manifest.ts';
import { createGrpcService, rawResponse, readiness } from '../open-inference/grpc-service.ts';
import type { ModelInferRequest } from '../open-inference/messages.ts';
import { servedModel, type ServedModel } from '../open-inference/served-model.ts';
import { floatsOf, sizeOfShape, WireRefusal, type WireFailure, type WireInput } from '../wire.ts';

const VERSION = '1';

const refuse = (details: string): never => {
  throw new WireRefusal<GrpcAnswer>({ status: GRPC_STATUS.INVALID_ARGUMENT, details });
};

/** Every input has its data in one of two places; the server looks for it before it compares names. */
const demandData = ({ inputs, raw_input_contents: raw = [] }: ModelInferRequest, model: string) => {
  for (const [index, { name, contents }] of inputs.entries()) {
    if (contents == null && raw.length <= index) {
      refuse(`unable to find data for input tensor '${name}' for model '${model}' in request.`);
    }
    if (contents != null && raw.length > 0) {
      refuse(
        `contents field must not be specified when using raw_input_contents for '${name}' for model '${model}'`,
      );
    }
  }
};

/** The values of the one input, raw or as numbers; names, type, shape and size checked in the order of the server. */
const read = (request: ModelInferRequest, model: ServedModel): WireInput => {
  const prefix = `[request id: ${request.id || '<id_unknown>'}] `;
  const { inputs, outputs = [], raw_input_contents: raw = [] } = request;
  demandData(request, model.name);
  const stranger = inputs.find(({ name }) => name !== model.input);
  if (stranger !== undefined) {
    return refuse(
      `${prefix}unexpected inference input '${stranger.name}' for model '${model.name}'`,
    );
  }
  const [input] = inputs;
  if (input === undefined || inputs.length !== 1) {
    return refuse(
      `${prefix}expected 1 inputs but got ${inputs.length} inputs for model '${model.name}'. Got input(s) ` +
        `[], but missing required input(s) ['${model.input}']. Please provide all required input(s).`,
    );
  }
  const numbers = input.contents?.fp32_contents ?? [];
  const [bytes] = raw;
  if (input.datatype !== 'FP32') {
    return refuse(
      `${prefix}inference input '${model.input}' data-type is '${input.datatype}', but model '${model.name}' expects 'FP32'`,
    );
  }
  if (input.shape.join() !== model.shape.join()) {
    return refuse(
      `${prefix}unexpected shape for input '${model.input}' for model '${model.name}'. ` +
        `Expected [${model.shape.join()}], got [${input.shape.join()}]. `,
    );
  }
  const wrongOutput = outputs.find(({ name }) => name !== model.output);
  if (wrongOutput !== undefined) {
    return refuse(
      `${prefix}unexpected inference output '${wrongOutput.name}' for model '${model.name}'`,
    );
  }
  const expected = 4 * sizeOfShape(model.shape);
  const size = bytes?.length ?? 4 * numbers.length;
  if (size !== expected) {
    return refuse(
      `${prefix}input byte size mismatch for input '${model.input}' for model '${model.name}'. ` +
        `Expected ${expected}, got ${size}`,
    );
  }
  const values = bytes === undefined ? Float32Array.from(numbers) : floatsOf(bytes);
  return { kind: 'tensor', values, shape: model.shape };
};

const failureAnswer = (failure: WireFailure): GrpcAnswer => {
  switch (failure.kind) {
    case 'bad-image':
      return { status: GRPC_STATUS.INVALID_ARGUMENT, details: failure.message };
    case 'overloaded':
      return { status: GRPC_STATUS.UNAVAILABLE, details: 'Exceeds maximum queue size' };
    case 'failed':
      return { status: GRPC_STATUS.INTERNAL, details: failure.message };
    default:
      return failure satisfies never;
  }
};

/** Triton's gRPC API. Statuses and words are those recorded from server 2.51.0. */
const createGrpcWire = (manifest: ServingManifest): GrpcWire => {
  const model = servedModel(manifest);
  const isServed = ({ name, version }: { name: string; version: string }): boolean =>
    name === model.name && (version || VERSION) === VERSION;
  return createGrpcService({
    unparsed: () => ({ status: GRPC_STATUS.INTERNAL, details: 'Unable to parse request' }),
    modelReady: (asked, ready) => readiness(ready && isServed(asked)),
    refuse: ({ name, version }, ready) => {
      if (!isServed({ name, version })) {
        const what = name === model.name ? `'${name}' version ${version}` : `'${name}'`;
        const details = `Request for unknown model: ${what} is not found`;
        return { status: GRPC_STATUS.NOT_FOUND, details };
      }
      if (ready) return undefined;
      const details = `Request for unknown model: '${name}' has no available versions`;
      return { status: GRPC_STATUS.UNAVAILABLE, details };
    },
    read: (request) => read(request, model),
    // Bytes also where the request had its values as numbers.
    respond: (values, { id }) => rawResponse(model, VERSION, id, values),
    fail: failureAnswer,
  });
};

export default createGrpcWire;
