import { isObject, NumberTensor, parseWireJson, type WireJson } from '../../protocols/wire-json.ts';
import type { ServedModel } from '../../models/served-model.ts';
import {
  BadInput,
  bytesOf,
  floatsInput,
  type ServedManifest,
  type WireInput,
} from '../../protocols/wire.ts';
import { demandSignature } from './signatures.ts';

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
export const readPredictRequest = (body: Uint8Array, manifest: ServedManifest): WireInput => {
  const request = parseWireJson(body);
  const { instances, inputs, signature_name: signature } = isObject(request) ? request : {};
  demandSignature(signature, manifest);
  if (instances !== undefined) return readRow(instances, manifest.served);
  const { raw, jpeg } = isObject(inputs) ? inputs : {};
  return raw === undefined
    ? { kind: 'image', bytes: bytesIn(jpeg) }
    : floatsInput(manifest.served, bytesIn(raw));
};
