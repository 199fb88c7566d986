import {
  columnContract,
  pointersBelow,
  readAnswer,
  writeAnswer,
} from '../../models/tensors/json-contract.ts';
import type { PlatformWires } from '../../protocols/grpc-wire.ts';
import type { ServedModel } from '../../models/served-model.ts';
import { tensorsInput } from '../../protocols/tensors/tensor-call.ts';
import { isObject, NumberTensor, parseWireJson, type WireJson } from '../../protocols/wire-json.ts';
import {
  answered,
  BadInput,
  bytesOf,
  failInJson,
  floatsInput,
  type InferenceCall,
  jsonAnswer,
  jsonError,
  scoresOf,
  type ServedManifest,
  type WireAnswer,
  type WireFactory,
  type WireInput,
  type WireOutput,
} from '../../protocols/wire.ts';
import grpc from './grpc-wire.ts';
import { demandSignature, signatureDocument, statusDocument, VERSION } from './signatures.ts';

/** Reads one row of numbers: the pixels of an image of any height and width. */
const readRow = (instances: WireJson, served: ServedModel): WireInput => {
  if (!(instances instanceof NumberTensor) || instances.shape.length !== 4) {
    throw new BadInput('unexpected input');
  }
  return floatsInput(served, bytesOf(instances.values), instances.shape);
};

/** Reads the base64 bytes of a column. */
const bytesIn = (column: WireJson | undefined): Uint8Array => {
  const text = isObject(column) ? column['b64'] : undefined;
  if (typeof text !== 'string') throw new BadInput('unexpected input');
  return Buffer.from(text, 'base64');
};

/**
 * Reads the body of a `:predict` request as the middleware writes it: numbers in row format (`instances`), bytes in column format
 * (`inputs`); see tensorflow/serving, tensorflow_serving/g3doc/api_rest.md.
 * @throws BadInput if it has another format.
 */
const readPredictRequest = (body: Uint8Array, manifest: ServedManifest): WireInput => {
  const request = parseWireJson(body);
  const { instances, inputs, signature_name: signature } = isObject(request) ? request : {};
  demandSignature(signature, manifest);
  if (instances !== undefined) return readRow(instances, manifest.served);
  const { raw, jpeg } = isObject(inputs) ? inputs : {};
  return raw === undefined
    ? { kind: 'image', bytes: bytesIn(jpeg) }
    : floatsInput(manifest.served, bytesIn(raw));
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

const predictImage = (manifest: ServedManifest): InferenceCall => ({
  kind: 'inference',
  protocol: 'rest',
  form: formOf,
  read: (body) => readPredictRequest(body, manifest),
  render,
  fail: failInJson(),
});

/** Named tensors in column format. */
const predictTensors = (manifest: ServedManifest): InferenceCall => {
  const { served: model } = manifest;
  const contract = columnContract(model);
  // The inputs are read like outputs, at other pointers.
  const pointers = { outputs: pointersBelow('inputs', model.inputs) };
  return {
    ...predictImage(manifest),
    form: () => COLUMN,
    read: (body) => {
      const request = parse(body);
      const { inputs = {}, signature_name: signature } = (request ?? {}) as {
        readonly inputs?: object;
        readonly signature_name?: unknown;
      };
      demandSignature(signature, manifest);
      if (Object.keys(inputs).length !== model.inputs.length) {
        throw new BadInput('unexpected inputs');
      }
      return tensorsInput(readAnswer(pointers, request, model.inputs), model);
    },
    render: (_, output) => jsonAnswer(200, writeAnswer(contract, output)),
  };
};

/** The calls for inference by what the model answers. */
const predict = { classes: predictImage, tensors: predictTensors } as const;

const document = (body: object) => answered(jsonAnswer(200, JSON.stringify(body)));

const ROUTE = /^\/v1\/models\/([^/:]+)(?:\/versions\/(\d+))?(:predict|\/metadata)?$/;

/**
 * TensorFlow Serving's REST API with the signatures `serving_default` (floats), `serving_raw` (bytes of floats) and
 * `serving_jpeg` (an image), or with named tensors.
 */
const rest: WireFactory = (manifest) => {
  const { name, answers } = manifest.served;
  const status = document(statusDocument('OK'));
  const metadata = document({
    model_spec: { name, signature_name: '', version: String(VERSION) },
    metadata: { signature_def: signatureDocument(manifest) },
  });
  const inference = predict[answers.kind](manifest);
  return {
    route: ({ path }) => {
      const [, requested, version, part] = ROUTE.exec(path) ?? [];
      if (requested === undefined) return undefined;
      if (requested !== name || Number(version ?? VERSION) !== VERSION) {
        const which = version === undefined ? '' : ` with version ${version}`;
        return answered(jsonError(404, `model ${requested}${which} not found`));
      }
      if (part === undefined) return status;
      return part === '/metadata' ? metadata : inference;
    },
  };
};

export default { rest, grpc } satisfies PlatformWires;
