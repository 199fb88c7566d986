import type { ServingManifest } from '../../manifest.ts';
import {
  answered,
  failWith,
  MALFORMED,
  type InferenceCall,
  type Wire,
  type WireAnswer,
} from '../../protocols/wire.ts';
import { error, json, readPredictRequest } from './predict-request.ts';

const VERSION = 1;

/** The two routes of the REST API, as the server's regular expressions have them. */
const PREDICTION = /^\/v1\/models\/([^/:]+)(?:\/versions\/(\d+))?:predict$/i;
const STATUS = /^\/v1\/models\/([^/:]+)(?:\/versions\/(\d+))?$/i;

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

/**
 * TensorFlow Serving's REST API with the signatures `serving_default` (floats), `serving_raw` (bytes of floats) and
 * `serving_jpeg` (an image).
 */
const createWire = (manifest: ServingManifest): Wire => {
  const { name } = manifest.model;

  const predict: InferenceCall = {
    kind: 'inference',
    protocol: 'rest',
    form: formOf,
    read: readPredictRequest,
    render,
    fail: failWith({
      badImage: (message) => error(400, message),
      overloaded: () => error(503, 'too many requests'),
      failed: (message) => error(500, message),
    }),
  };

  const isServed = ([, model, version = String(VERSION)]: RegExpExecArray): boolean =>
    model === name && Number(version) === VERSION;

  return {
    route: ({ method, path }, ready) => {
      const target = path.split('?')[0] ?? '';
      if (!/^\/v1\//i.test(target)) return answered({ status: 404, headers: {}, body: '' });
      const route = (method === 'POST' ? PREDICTION : STATUS).exec(target);
      if (route === null || (method !== 'POST' && method !== 'GET')) {
        return answered(error(400, MALFORMED));
      }
      if (!ready || !isServed(route)) return answered(error(404, `model ${route[1]} not found`));
      if (method === 'POST') return predict;
      return answered(json(200, available));
    },
  };
};

export default createWire;
