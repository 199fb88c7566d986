import { endpointOf, runningServerOf } from '../../../serving-configs/index.ts';
import {
  columnContract,
  writeRequest,
} from '../../../serving-configs/models/tensors/json-contract.ts';
import {
  endOfObject,
  HEADER_LENGTH,
  type NamedTensor,
} from '../../../serving-configs/models/tensors/tensor-body.ts';
import type { Datatype } from '../../../serving-configs/models/tensors/tensor-model.ts';
import {
  MODEL_INFER,
  modelInferRequest,
} from '../../../serving-configs/protocols/open-inference/messages.ts';
import type { JsonContract } from '../../../serving-configs/running-server.ts';
import type { TensorFault } from '../model/fault.ts';
import type { Target } from '../model/measurement.ts';
import { sum } from '../stats/moments.ts';
import { faultyInput, withBadValues } from './bad-values.ts';
import { listChanges } from './json-tensors.ts';
import type { MethodFields } from './grpc-methods.ts';
import { changeField, hasKey } from './protobuf-fields.ts';
import { fieldsOf, type ServingRequest } from './serving-request.ts';

/** For each type, another one of the same size in the Open Inference Protocol, so that the length still fits. */
const OTHER_TYPE: Readonly<Record<Datatype, string>> = {
  FP32: 'INT32',
  FP16: 'INT16',
  INT64: 'FP64',
  INT32: 'FP32',
  UINT8: 'INT8',
  BOOL: 'UINT8',
};

interface Declared {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
}

/**
 * Declares another shape or type for a tensor. A wrong shape has one dimension too many but holds the same number of values; a
 * wrong size might fit, since sizes may be open.
 */
const badlyDeclared = <Tensor extends Declared>(
  fault: TensorFault,
  datatype: Datatype,
  tensor: Tensor,
): Tensor => {
  if (fault === 'tensor-wrong-shape') return { ...tensor, shape: [1, ...tensor.shape] };
  return fault === 'tensor-wrong-type' ? { ...tensor, datatype: OTHER_TYPE[datatype] } : tensor;
};

interface BodyInput extends Declared {
  readonly data?: readonly unknown[];
  readonly parameters?: { readonly binary_data_size: number };
}

/** A placeholder for a list of numbers, because JSON cannot contain NaN. */
const LIST = '@list';

/** A fault, and the tensor to put it into. */
interface Faulty {
  readonly fault: TensorFault;
  readonly name: string;
  readonly datatype: Datatype;
}

/** Changes a body of the Open Inference Protocol. Returns it with the length of its JSON. */
const inBody = (
  { fault, name, datatype }: Faulty,
  body: Buffer,
  jsonLength: number,
): { readonly body: Buffer; readonly jsonLength: number } => {
  const json = JSON.parse(body.toString('utf8', 0, jsonLength)) as {
    readonly inputs: readonly BodyInput[];
  };
  const at = json.inputs.findIndex((input) => input.name === name);
  const sizes = json.inputs.map(({ parameters }) => parameters?.binary_data_size ?? 0);
  const start = jsonLength + sum(sizes.slice(0, at));
  const end = start + (sizes[at] ?? 0);
  const values = withBadValues(fault, body.subarray(start, end), datatype);
  const list = `[${json.inputs[at]?.data?.join() ?? ''}]`;
  const isDeclared = fault === 'tensor-wrong-shape' || fault === 'tensor-wrong-type';
  const inputs = json.inputs.map((input) => {
    if (input.name !== name) return input;
    const { data, parameters } = input;
    return {
      ...badlyDeclared(fault, datatype, input),
      ...(data === undefined
        ? { parameters: { ...parameters, binary_data_size: values.length } }
        : { data: LIST }),
    };
  });
  const head = Buffer.from(
    JSON.stringify({ ...json, inputs }).replace(
      `"data":"${LIST}"`,
      () => `"data":${isDeclared ? list : listChanges[fault](list)}`,
    ),
  );
  return {
    body: Buffer.concat([head, body.subarray(jsonLength, start), values, body.subarray(end)]),
    jsonLength: head.length,
  };
};

/** Changes a gRPC message of the Open Inference Protocol. */
const inMessage = ({ fault, name, datatype }: Faulty, body: Buffer): Buffer => {
  const { inputs, raw_input_contents: raw = [], ...rest } = modelInferRequest.decode(body);
  const isFaulty = (at: number): boolean => inputs[at]?.name === name;
  return Buffer.from(
    modelInferRequest.encode({
      ...rest,
      inputs: inputs.map((input) =>
        input.name === name ? badlyDeclared(fault, datatype, input) : input,
      ),
      raw_input_contents: raw.map((bytes, at) =>
        isFaulty(at) ? withBadValues(fault, Buffer.from(bytes), datatype) : bytes,
      ),
    }),
  );
};

/** TensorFlow's number for the type of 32-bit floats. */
const DT_FLOAT = Buffer.from([1]);

/** A dimension of size 1 in a TensorShapeProto: field 2, with the size in field 1. */
const DIMENSION_OF_ONE = Buffer.from([0x12, 2, 0x08, 1]);

/** Changes a message with a map of tensors, each of which declares its type and shape. */
const inMap = (
  { fault, name, datatype }: Faulty,
  body: Buffer,
  tensor: readonly number[],
  { shape, type, int32 }: NonNullable<MethodFields['declared']>,
): Buffer => {
  const changed = (path: readonly number[], change: (content: Buffer) => Buffer): Buffer =>
    changeField(body, path, change, (entry) => hasKey(entry, name));
  if (fault === 'tensor-wrong-type') {
    return changed(type, () => (datatype === 'INT32' ? DT_FLOAT : int32));
  }
  if (fault === 'tensor-wrong-shape') {
    // The path ends at the size of a dimension; two steps up is the whole shape.
    return changed(shape.slice(0, -2), (dimensions) =>
      Buffer.concat([DIMENSION_OF_ONE, dimensions]),
    );
  }
  return changed(tensor, (bytes) => withBadValues(fault, bytes, datatype));
};

/** Changes a body in a server's own JSON, which declares nothing: a wrong shape is a list inside another list. */
const inContract = (
  { fault, name }: Faulty,
  contract: JsonContract,
  inputs: readonly NamedTensor[],
): Buffer => {
  const change =
    fault === 'tensor-wrong-shape' ? (list: string) => `[${list}]` : listChanges[fault];
  const changed = (list: string, input: string): string => (input === name ? change(list) : list);
  return Buffer.from(writeRequest(contract, inputs, changed));
};

/**
 * Makes a bad request from a good one for a user's model, with the fault in one of its named tensors.
 *
 * @param inputs the tensors that the good request was made from
 * @throws Error if none of them can have the fault
 */
export const withBadTensors = (
  fault: TensorFault,
  target: Target,
  good: ServingRequest,
  inputs: readonly NamedTensor[],
): ServingRequest => {
  const name = faultyInput(fault, target, inputs);
  const input = inputs.find((tensor) => tensor.name === name);
  if (input === undefined) throw new Error(`none of the inputs can have ${fault}`);
  const faulty = { fault, name: input.name, datatype: input.datatype };
  const contract =
    runningServerOf(target.serving)?.json ??
    (endpointOf(target.serving, target.protocol)?.columns === true
      ? columnContract({ inputs, outputs: [] })
      : undefined);
  if (contract !== undefined) return { ...good, body: inContract(faulty, contract, inputs) };
  if (target.protocol === 'rest') {
    const { [HEADER_LENGTH]: length } = good.headers;
    const { body, jsonLength } = inBody(faulty, good.body, Number(length ?? good.body.length));
    return length === undefined
      ? { ...good, body }
      : { ...good, headers: { ...good.headers, [HEADER_LENGTH]: String(jsonLength) }, body };
  }
  if (good.path === MODEL_INFER) return { ...good, body: inMessage(faulty, good.body) };
  const { tensor, declared } = fieldsOf(good);
  return {
    ...good,
    body:
      declared === undefined
        ? changeField(good.body, tensor, (inner) => inBody(faulty, inner, endOfObject(inner)).body)
        : inMap(faulty, good.body, tensor, declared),
  };
};
