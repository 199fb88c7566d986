import { floatsOf, sizeOfShape, type WireInput } from '../wire.ts';
import {
  parseWireJson,
  TensorNode,
  UnreadableJson,
  type WireJson,
  type WireJsonObject,
} from '../wire-json.ts';
import { isInputOf, type ServedModel } from './served-model.ts';

/** In what a request may be wrong, as far as platforms tell by status: all of it, what it asks for, how many values it has. */
export type Malformed = 'unreadable' | 'tensor' | 'size';

/** Throws the refusal of a platform. */
export type Refuse = (what: Malformed) => never;

const parse = (bytes: Uint8Array, refuse: Refuse): WireJsonObject => {
  try {
    const json = parseWireJson(bytes);
    if (json instanceof Map) return json;
  } catch (error) {
    if (!(error instanceof UnreadableJson)) throw error;
  }
  return refuse('unreadable');
};

/** The one input of a request. */
const inputIn = (request: WireJsonObject): WireJsonObject | undefined => {
  const inputs = request.get('inputs');
  const [input, ...others] = Array.isArray(inputs) ? (inputs as readonly WireJson[]) : [];
  return input instanceof Map && others.length === 0 ? input : undefined;
};

/**
 * Reads the body of an `infer` request: JSON, or JSON followed by the values as bytes.
 * @param jsonLength - How many bytes of JSON come first.
 */
export const readInferRequest = (
  body: Uint8Array,
  jsonLength: number,
  model: ServedModel,
  refuse: Refuse,
): WireInput => {
  const input = inputIn(parse(body.subarray(0, jsonLength), refuse));
  const [name, datatype, shape, data] = ['name', 'datatype', 'shape', 'data'].map((field) =>
    input?.get(field),
  );
  if (
    !(shape instanceof TensorNode) ||
    !isInputOf(model, { name, datatype, shape: shape.tensor.values })
  ) {
    return refuse('tensor');
  }
  const count = sizeOfShape(model.shape);
  if (data instanceof TensorNode) {
    const { values } = data.tensor;
    return values.length === count
      ? { kind: 'tensor', values, shape: model.shape }
      : refuse('size');
  }
  return readRaw(body.subarray(jsonLength), model, refuse);
};

/** Reads a body that is the values as bytes. */
export const readRaw = (bytes: Uint8Array, { shape }: ServedModel, refuse: Refuse): WireInput =>
  bytes.length === 4 * sizeOfShape(shape)
    ? { kind: 'tensor', values: floatsOf(bytes), shape }
    : refuse('size');
