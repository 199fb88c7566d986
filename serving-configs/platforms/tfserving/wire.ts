import {
  columnContract,
  pointersBelow,
  readAnswer,
  writeAnswer,
} from '../../models/tensors/json-contract.ts';
import type { TensorModel } from '../../models/tensors/tensor-model.ts';
import type { PlatformWires } from '../../protocols/grpc-wire.ts';
import { tensorsInput } from '../../protocols/tensors/tensor-call.ts';
import {
  answered,
  BadInput,
  failInJson,
  type InferenceCall,
  jsonAnswer,
  jsonError,
  namedTensorsOf,
  scoresOf,
  type WireAnswer,
  type WireFactory,
  type WireOutput,
} from '../../protocols/wire.ts';
import grpc from './grpc-wire.ts';
import { readPredictRequest } from './predict-request.ts';

const available = {
  model_version_status: [
    { version: '1', state: 'AVAILABLE', status: { error_code: 'OK', error_message: '' } },
  ],
};

/**
 * Prints a 32-bit float like the server: with six significant digits if they give the same float, otherwise nine, and always
 * with a decimal point or an exponent.
 */
const printFloat = (value: number): string => {
  if (Number.isNaN(value)) return 'NaN';
  const short = Number(value.toPrecision(6));
  const digits = String(Math.fround(short) === value ? short : Number(value.toPrecision(9)));
  return /[.e]/.test(digits) ? digits : `${digits}.0`;
};

const ROW = 'predictions';
const COLUMN = 'outputs';

/** The format of a request. Its key is among the first bytes. */
const formOf = (body: Uint8Array): string =>
  Buffer.from(body.buffer, body.byteOffset, body.byteLength)
    .toString('latin1', 0, 256)
    .includes('"instances"')
    ? ROW
    : COLUMN;

const render = (form: string, output: WireOutput): WireAnswer => {
  const list = Array.from(scoresOf(output), printFloat);
  // The server prints the list of a row on one line, and each value of a column on its own line.
  return jsonAnswer(
    200,
    form === ROW
      ? `{\n    "${ROW}": [[${list.join(', ')}]\n    ]\n}`
      : `{\n    "${COLUMN}": [\n        [\n            ${list.join(',\n            ')}\n        ]\n    ]\n}`,
  );
};

const parse = (body: Uint8Array): unknown => {
  try {
    return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString());
  } catch (cause) {
    throw new BadInput('JSON Parse error', { cause });
  }
};

const predict: InferenceCall = {
  kind: 'inference',
  protocol: 'rest',
  form: formOf,
  read: readPredictRequest,
  render,
  fail: failInJson(),
};

/** Named tensors in column format. */
const predictTensors = (model: TensorModel): InferenceCall => {
  const contract = columnContract(model);
  // The inputs are read like outputs, at other pointers.
  const pointers = { outputs: pointersBelow('inputs', model.inputs) };
  return {
    ...predict,
    form: () => COLUMN,
    read: (body) => {
      const request = parse(body);
      const { inputs = {} } = (request ?? {}) as { readonly inputs?: object };
      if (Object.keys(inputs).length !== model.inputs.length) {
        throw new BadInput('unexpected inputs');
      }
      return tensorsInput(readAnswer(pointers, request, model.inputs), model);
    },
    render: (_, output) => jsonAnswer(200, writeAnswer(contract, namedTensorsOf(output))),
  };
};

const ROUTE = /^\/v1\/models\/([^/:]+)(:predict)?$/;

/**
 * TensorFlow Serving's REST API with the signatures `serving_default` (floats), `serving_raw` (bytes of floats) and
 * `serving_jpeg` (an image), or with the named tensors of a user's model.
 */
const rest: WireFactory = ({ model: { name }, tensorModel }) => {
  const inference = tensorModel === undefined ? predict : predictTensors(tensorModel);
  return {
    route: ({ path }) => {
      const [, requested, isPrediction] = ROUTE.exec(path) ?? [];
      if (requested === undefined) return undefined;
      if (requested !== name) return answered(jsonError(404, `model ${requested} not found`));
      return isPrediction === undefined
        ? answered(jsonAnswer(200, JSON.stringify(available)))
        : inference;
    },
  };
};

export default { rest, grpc } satisfies PlatformWires;
