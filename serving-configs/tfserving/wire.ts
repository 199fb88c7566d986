import type { ServingManifest } from '../manifest.ts';
import type { DirectAnswer, InferenceCall, Wire, WireAnswer, WireFailure } from '../wire.ts';
import { readPredictRequest } from './predict-request.ts';
import { error, json } from './wire-answers.ts';

const VERSION = 1;

/** The two routes of the REST API, as the server's regular expressions have them. */
const PREDICTION =
  /^\/v1\/models\/([^/:]+)(?:\/versions\/(\d+)|\/labels\/([^/:]+))?:(classify|regress|predict)$/i;
const STATUS =
  /^\/v1\/models(?:\/([^/:]+))?(?:\/versions\/(\d+)|\/labels\/([^/:]+))?(?:\/(metadata))?$/i;

const answered = (answer: WireAnswer): DirectAnswer => ({ kind: 'answer', answer });

const available = {
  model_version_status: [
    {
      version: String(VERSION),
      state: 'AVAILABLE',
      status: { error_code: 'OK', error_message: '' },
    },
  ],
};

/**
 * A 32-bit float as the server prints it: six significant digits where they give the same float, nine otherwise, and
 * always with a sign of being no whole number.
 */
export const printFloat = (value: number): string => {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  const short = Number(value.toPrecision(6));
  const digits = String(Math.fround(short) === value ? short : Number(value.toPrecision(9)));
  return /[.e]/.test(digits) ? digits : `${digits}.0`;
};

const ROW = 'predictions';
const COLUMN = 'outputs';

/** Keys come first in every client's body; where they do not, the whole of it is searched. */
const formOf = (body: Uint8Array): string => {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const head = text.toString('latin1', 0, 256);
  if (head.includes('"instances"')) return ROW;
  if (head.includes('"inputs"')) return COLUMN;
  return text.includes('"instances"') ? ROW : COLUMN;
};

const render = (form: string, values: Float32Array): WireAnswer => {
  const list = Array.from(values, printFloat);
  // The server's pretty printer keeps the list of a row on one line and gives each value of a column its own.
  const body =
    form === ROW
      ? `{\n    "${ROW}": [[${list.join(', ')}]\n    ]\n}`
      : `{\n    "${COLUMN}": [\n        [\n            ${list.join(',\n            ')}\n        ]\n    ]\n}`;
  return { status: 200, headers: { 'content-type': 'application/json' }, body };
};

const failureAnswer = (failure: WireFailure): WireAnswer => {
  switch (failure.kind) {
    case 'bad-image':
      return error(400, `Invalid image data: ${failure.message}`);
    case 'overloaded':
      return error(503, 'Too many requests in flight');
    case 'failed':
      return error(500, failure.message);
    default:
      return failure satisfies never;
  }
};

/**
 * TensorFlow Serving's REST API with the signatures `serving_default` (floats), `serving_raw` (bytes of floats) and
 * `serving_jpeg` (a picture).
 */
const createWire = (manifest: ServingManifest): Wire => {
  const { name } = manifest.model;

  const predict: InferenceCall = {
    kind: 'inference',
    protocol: 'rest',
    form: formOf,
    read: readPredictRequest,
    render,
    fail: failureAnswer,
  };

  const predictRoute = (
    [, model, version, label, verb]: readonly (string | undefined)[],
    ready: boolean,
  ): DirectAnswer | InferenceCall => {
    if (verb?.toLowerCase() !== 'predict') {
      return answered(error(400, 'Expected classification or regression signature method_name'));
    }
    const asked = version === undefined ? `Latest(${model})` : `Specific(${model}, ${version})`;
    const exists = model === name && label === undefined && Number(version ?? VERSION) === VERSION;
    if (!ready || !exists) {
      return answered(error(404, `Servable not found for request: ${asked}`));
    }
    return predict;
  };

  const statusRoute = (
    [, model, version, label, metadata]: readonly (string | undefined)[],
    ready: boolean,
  ): DirectAnswer => {
    if (model === undefined) return answered(error(400, 'Missing model name in request.'));
    if (!ready || model !== name || label !== undefined) {
      return answered(error(404, `Could not find any versions of model ${model}`));
    }
    if (Number(version ?? VERSION) !== VERSION) {
      return answered(error(404, `Could not find version ${version} of model ${model}`));
    }
    if (metadata !== undefined) {
      return answered(json(200, { model_spec: { name, signature_name: '', version: '1' } }));
    }
    return answered(json(200, available));
  };

  return {
    route: ({ method, path }, ready) => {
      const target = path.split('?')[0] ?? '';
      if (!/^\/v1\//i.test(target)) {
        return answered({
          status: 404,
          headers: { 'content-type': 'text/html' },
          body: '<HTML><HEAD>\n<TITLE>404 Not Found</TITLE>\n</HEAD><BODY>\n<H1>Not Found</H1>\n</BODY></HTML>\n',
        });
      }
      const prediction = method === 'POST' ? PREDICTION.exec(target) : null;
      if (prediction !== null) return predictRoute(prediction, ready);
      const status = method === 'GET' ? STATUS.exec(target) : null;
      if (status !== null) return statusRoute(status, ready);
      return answered(error(400, `Malformed request: ${method} ${target}`));
    },
  };
};

export default createWire;
