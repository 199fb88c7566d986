import {
  HEADER_LENGTH,
  readTensors,
  writeTensors,
  type TensorEncoding,
} from '../../models/tensors/tensor-body.ts';
import { isObject, NumberTensor, parseWireJson, type WireJson } from '../wire-json.ts';
import {
  answered,
  BadInput,
  bytesOf,
  failInJson,
  jsonAnswer,
  jsonError,
  type InferenceCall,
  type WireAnswer,
  type WireFactory,
  type WireOutput,
} from '../wire.ts';
import { inputOf, outputsOf } from './served-model.ts';

type Headers = Readonly<Record<string, string>>;

/** The differences between platforms that speak the protocol over REST. */
interface RestService {
  /** Headers of every answer with status 200. */
  readonly headers?: Headers;
  /** Creates the fields beside the outputs of a result, and further headers if the result is JSON. */
  readonly frame?: (model: string) => { readonly head: object; readonly headers?: Headers };
  /** Headers of a binary result; absent if the platform has no binary tensor extension. */
  readonly binaryHeaders?: Headers;
}

/**
 * The tensors of floats in a JSON request for the classifier. `readTensors` reads every datatype, but spends several times as long on
 * the numbers of an image.
 * @throws BadInput if the request is malformed, or a tensor has no numbers.
 */
const floatTensorsIn = (body: Uint8Array) => {
  const request = parseWireJson(body);
  const inputs = isObject(request) ? request['inputs'] : undefined;
  if (!Array.isArray(inputs)) throw new BadInput('the body has no list "inputs"');
  return inputs.map((input: WireJson) => {
    const { name, datatype, shape, data } = isObject(input) ? input : {};
    if (
      typeof name !== 'string' ||
      typeof datatype !== 'string' ||
      !(shape instanceof NumberTensor) ||
      !(data instanceof NumberTensor)
    ) {
      throw new BadInput('one of "inputs" is not a tensor of numbers');
    }
    return { name, datatype, shape: [...shape.values], bytes: bytesOf(data.values) };
  });
};

const ROUTE = /^\/v2\/models\/([^/]+)\/infer$/;

/**
 * The protocol over REST, as far as the middleware speaks it: inference and health. A binary request gets a binary answer.
 */
export const createRestService =
  ({ headers: common = {}, frame, binaryHeaders }: RestService): WireFactory =>
  (manifest) => {
    const { model, health } = manifest;
    // Some launchers ask for the health of the model instead of the server's.
    const healthPaths = [health.path, `/v2/models/${model.name}/ready`];
    const render = (encoding: string, output: WireOutput): WireAnswer => {
      const { head, headers } = frame?.(model.name) ?? { head: {} };
      const { body, jsonLength } = writeTensors(
        outputsOf(model, output),
        'outputs',
        encoding as TensorEncoding,
        { model_name: model.name, model_version: '1', ...head },
      );
      const bytes = Buffer.concat(body);
      if (jsonLength === undefined) return jsonAnswer(200, bytes, { ...common, ...headers });
      return {
        status: 200,
        headers: { ...common, ...binaryHeaders, [HEADER_LENGTH]: String(jsonLength) },
        body: bytes,
      };
    };

    const infer = (jsonLength: string | string[] | undefined): InferenceCall => {
      const isJson = jsonLength === undefined || binaryHeaders === undefined;
      return {
        kind: 'inference',
        protocol: 'rest',
        form: () => (isJson ? 'json' : 'binary'),
        read: (body) => {
          if (isJson && manifest.tensorModel === undefined) {
            return inputOf(floatTensorsIn(body), manifest);
          }
          const length = isJson ? body.length : Math.min(Number(jsonLength), body.length);
          return inputOf(readTensors(body, 'inputs', length).tensors, manifest);
        },
        render,
        fail: failInJson(),
      };
    };

    return {
      route: ({ path, headers }) => {
        if (healthPaths.includes(path)) {
          return answered({ status: 200, headers: common, body: '' });
        }
        const name = ROUTE.exec(path)?.[1];
        if (name === undefined) return undefined;
        return name === model.name
          ? infer(headers[HEADER_LENGTH])
          : answered(jsonError(404, `model ${name} not found`));
      },
    };
  };
