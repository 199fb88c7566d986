import {
  HEADER_LENGTH,
  readTensors,
  writeTensors,
  type TensorEncoding,
} from '../../models/tensors/tensor-body.ts';
import {
  answered,
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

/** In what the REST sides of the platforms differ for a client. */
interface RestService {
  /** Of every result. */
  readonly headers?: Headers;
  /** Of each result anew: what stands beside its outputs, and further headers where it is JSON. */
  readonly frame?: (model: string) => { readonly head: object; readonly headers?: Headers };
  /** Headers of a result in bytes; absent where it reads and answers JSON alone. */
  readonly binaryHeaders?: Headers;
}

const ROUTE = /^\/v2\/models\/([^/]+)\/infer$/;

/**
 * The protocol over REST, as the middleware speaks it, with the binary tensor extension where a platform has it: inference and
 * health. A request in bytes is answered in bytes.
 */
export const createRestService =
  ({ headers: common = {}, frame, binaryHeaders }: RestService): WireFactory =>
  (manifest) => {
    const { model, health } = manifest;
    /** Of the server, and of its model, which some launchers ask for. */
    const ready = [health.path, `/v2/models/${model.name}/ready`];
    const render = (encoding: string, output: WireOutput): WireAnswer => {
      const { head, headers } = frame?.(model.name) ?? { head: {} };
      const { body, jsonLength } = writeTensors(
        outputsOf(model, output),
        'outputs',
        encoding as TensorEncoding,
        { model_name: model.name, model_version: '1', ...head },
      );
      const whole = Buffer.concat(body);
      if (jsonLength === undefined) return jsonAnswer(200, whole, { ...common, ...headers });
      return {
        status: 200,
        headers: { ...common, ...binaryHeaders, [HEADER_LENGTH]: String(jsonLength) },
        body: whole,
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
          return inputOf(readTensors(body, 'inputs', length).tensors, manifest);
        },
        render,
        fail: failInJson(),
      };
    };

    return {
      route: ({ path, headers }) => {
        if (ready.includes(path)) return answered({ status: 200, headers: common, body: '' });
        const asked = ROUTE.exec(path)?.[1];
        if (asked === undefined) return undefined;
        return asked === model.name
          ? infer(headers[HEADER_LENGTH])
          : answered(jsonError(404, `model ${asked} not found`));
      },
    };
  };
