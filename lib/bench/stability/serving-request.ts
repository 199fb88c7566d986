import { HEADER_LENGTH } from '../../../serving-configs/models/tensors/tensor-body.ts';
import type { Target } from '../model/measurement.ts';
import { methodFields, type MethodFields } from './grpc-methods.ts';
import { changeField } from './protobuf-fields.ts';

/** A request to a serving, as the middleware sends it: over HTTP, or the message of a gRPC call. */
export interface ServingRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

type Change = (bytes: Buffer) => Buffer;

const headLengthOf = ({ headers }: ServingRequest): number => Number(headers[HEADER_LENGTH]);

/** Changes the bytes of a body between two offsets. */
const changeSpan = (body: Buffer, start: number, end: number, change: Change): Buffer =>
  Buffer.concat([body.subarray(0, start), change(body.subarray(start, end)), body.subarray(end)]);

/** Changes the JSON before the floats of a body with encoding `binary`, and adjusts its length in the headers. */
export const changeHead = (
  request: ServingRequest,
  change: (json: string) => string,
): ServingRequest => {
  const length = headLengthOf(request);
  const head = Buffer.from(change(request.body.toString('latin1', 0, length)), 'latin1');
  return {
    ...request,
    headers: { ...request.headers, [HEADER_LENGTH]: String(head.length) },
    body: Buffer.concat([head, request.body.subarray(length)]),
  };
};

const changeBinary = (request: ServingRequest, change: Change): ServingRequest => {
  const { body } = request;
  const start = headLengthOf(request);
  const changed = changeSpan(body, start, body.length, change);
  return changeHead({ ...request, body: changed }, (json) =>
    json.replace(/(?<="binary_data_size":)\d+/, String(changed.length - start)),
  );
};

const changeBase64 = (body: Buffer, change: Change): Buffer => {
  const key = '"b64":"';
  const start = body.indexOf(key) + key.length;
  return changeSpan(body, start, body.indexOf('"', start), (text) =>
    Buffer.from(change(Buffer.from(text.toString('latin1'), 'base64')).toString('base64')),
  );
};

/** Changes the only part of a form: the bytes between the blank line after its headers and the last boundary. */
const changePart = (body: Buffer, change: Change): Buffer =>
  changeSpan(body, body.indexOf('\r\n\r\n') + 4, body.lastIndexOf('\r\n--'), change);

const changeBody = {
  raw: (body: Buffer, change: Change): Buffer => change(body),
  form: changePart,
  base64: changeBase64,
} as const;

/** @throws Error if the table has no row for the method */
export const fieldsOf = ({ path }: ServingRequest): MethodFields => {
  const fields = methodFields[path];
  if (fields === undefined) throw new Error(`the fields of ${path} are not known`);
  return fields;
};

/**
 * Changes the bytes of the image, or of the tensor's floats, in a request, and adjusts all lengths around them.
 *
 * @throws Error for a tensor as JSON numbers, or a gRPC method that takes no image
 */
export const changeInput = (
  { protocol, payload, encoding }: Target,
  request: ServingRequest,
  change: Change,
): ServingRequest => {
  const { body } = request;
  if (protocol === 'grpc') {
    const field = fieldsOf(request)[payload === 'image' ? 'image' : 'tensor'];
    if (field === undefined) throw new Error(`${request.path} takes no image`);
    return { ...request, body: changeField(body, field, change) };
  }
  if (encoding === 'binary') return changeBinary(request, change);
  if (encoding === 'json') throw new Error('JSON numbers are not bytes');
  return { ...request, body: changeBody[encoding](body, change) };
};
