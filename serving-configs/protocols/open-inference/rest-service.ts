import type { ModelContract } from '../../manifest.ts';
import {
  HEADER_LENGTH,
  jsonValuesOf,
  type NamedTensor,
  readTensors,
} from '../../models/tensors/tensor-body.ts';
import { inputShape } from '../../models/tensors/contract-tensors.ts';
import { sizeOfShape } from '../../models/tensors/tensor-model.ts';
import { tensorsInput } from '../tensors/tensor-call.ts';
import { isObject, NumberTensor, parseWireJson } from '../wire-json.ts';
import {
  answered,
  BadInput,
  failInJson,
  jsonAnswer,
  jsonError,
  type ServedManifest,
  tensorOf,
  type InferenceCall,
  type Wire,
  type WireAnswer,
  type WireInput,
  type WireOutput,
} from '../wire.ts';
import { isInputOf, outputsOf } from './served-model.ts';

type Headers = Readonly<Record<string, string>>;

/** In what the REST sides of the platforms differ for a client. */
interface RestService {
  /** Of every result. */
  readonly headers?: Headers;
  /** Of each result anew: what stands beside its outputs, and further headers where it is JSON. */
  readonly frame?: () => { readonly head: object; readonly headers?: Headers };
  /** Headers of a result in bytes; absent where it reads and answers JSON alone. */
  readonly binaryHeaders?: Headers;
}

const ROUTE = /^\/v2\/models\/([^/]+)\/infer$/;

/** Reads the body of an `infer` request: JSON, or JSON followed by the values as bytes. */
const readInferRequest = (
  body: Uint8Array,
  jsonLength: number,
  model: ModelContract,
): WireInput => {
  const request = parseWireJson(body.subarray(0, jsonLength));
  const { inputs } = isObject(request) ? request : {};
  const [input] = Array.isArray(inputs) ? inputs : [];
  const { name, datatype, shape, data } = isObject(input) ? input : {};
  if (
    !(shape instanceof NumberTensor) ||
    !isInputOf(model, { name, datatype, shape: shape.values })
  ) {
    throw new BadInput('unexpected input');
  }
  const wanted = inputShape(model);
  if (!(data instanceof NumberTensor)) return tensorOf(body.subarray(jsonLength), wanted);
  if (data.values.length !== sizeOfShape(wanted)) throw new BadInput('too many or too few values');
  return { kind: 'tensor', values: data.values, shape: wanted };
};

/**
 * The protocol over REST, as the middleware speaks it, with the binary tensor extension where a platform has it: inference and
 * health. A request in bytes is answered in bytes.
 */
export const createRestService = (
  { model, health, tensorModel }: ServedManifest,
  { headers: common = {}, frame, binaryHeaders }: RestService,
): Wire => {
  const render = (encoding: string, output: WireOutput): WireAnswer => {
    const { head, headers } = frame?.() ?? { head: {} };
    const tensors = outputsOf(model, output);
    const listed = (valuesIn: (tensor: NamedTensor) => object) =>
      JSON.stringify({
        model_name: model.name,
        model_version: '1',
        ...head,
        outputs: tensors.map((tensor) => {
          const { name, shape, datatype } = tensor;
          return { name, shape, datatype, ...valuesIn(tensor) };
        }),
      });
    if (encoding === 'json') {
      const text = listed((tensor) => ({ data: jsonValuesOf(tensor) }));
      return jsonAnswer(200, text, { ...common, ...headers });
    }
    const text = Buffer.from(
      listed(({ bytes }) => ({ parameters: { binary_data_size: bytes.length } })),
    );
    return {
      status: 200,
      headers: { ...common, ...binaryHeaders, [HEADER_LENGTH]: String(text.length) },
      body: Buffer.concat([text, ...tensors.map(({ bytes }) => bytes)]),
    };
  };

  const infer = (jsonLength: string | string[] | undefined): InferenceCall => {
    const isJson = jsonLength === undefined || binaryHeaders === undefined;
    return {
      kind: 'inference',
      protocol: 'rest',
      form: () => (isJson ? 'json' : 'binary'),
      read: (body) => {
        const length = isJson ? body.length : Math.min(Number(jsonLength), body.length);
        return tensorModel === undefined
          ? readInferRequest(body, length, model)
          : tensorsInput(readTensors(body, 'inputs', length).tensors, tensorModel);
      },
      render,
      fail: failInJson(),
    };
  };

  return {
    route: ({ path, headers }) => {
      if (path === health.path) return answered({ status: 200, headers: common, body: '' });
      const asked = ROUTE.exec(path)?.[1];
      if (asked === undefined) return undefined;
      return asked === model.name
        ? infer(headers[HEADER_LENGTH])
        : answered(jsonError(404, `model ${asked} not found`));
    },
  };
};
