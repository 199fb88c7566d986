import { HEADER_LENGTH } from '../../../serving-configs/models/tensors/tensor-body.ts';
import type { Target } from '../model/measurement.ts';
import { methodFields, type MethodFields } from './grpc-methods.ts';
import { changeField } from './protobuf-fields.ts';

/** A request for a serving as the middleware sends it: HTTP, or the message of a gRPC call. */
export interface ServingRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

type Change = (bytes: Buffer) => Buffer;

const headLengthOf = ({ headers }: ServingRequest): number => Number(headers[HEADER_LENGTH]);

/** A body with another piece between two places. */
const changeSpan = (body: Buffer, start: number, end: number, change: Change): Buffer =>
  Buffer.concat([body.subarray(0, start), change(body.subarray(start, end)), body.subarray(end)]);

/** Another JSON header before the floats (encoding `binary`); its length follows. */
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

/** The only part of the form, between the blank line after its head and the line of the last boundary. */
const changePart = (body: Buffer, change: Change): Buffer =>
  changeSpan(body, body.indexOf('\r\n\r\n') + 4, body.lastIndexOf('\r\n--'), change);

const changeBody = {
  raw: (body: Buffer, change: Change): Buffer => change(body),
  form: changePart,
  base64: changeBase64,
} as const;

/** @throws Error for a method without a row in the table. */
export const fieldsOf = ({ path }: ServingRequest): MethodFields => {
  const fields = methodFields[path];
  if (fields === undefined) throw new Error(`the fields of ${path} are not known`);
  return fields;
};

/**
 * A request with other bytes in the place of the image, or of the tensor's floats; all lengths around them follow. Not for
 * tensors as JSON numbers.
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
  if (encoding === 'json') throw new Error('numbers as JSON are no bytes');
  return { ...request, body: changeBody[encoding](body, change) };
};
