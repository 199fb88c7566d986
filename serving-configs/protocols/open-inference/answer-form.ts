import { bytesOf, type WireAnswer } from '../wire.ts';

/** How an answer shall look. */
export interface AnswerForm {
  readonly encoding: 'binary' | 'json';
  /** Of the request; may be empty. */
  readonly id: string;
}

const EDGE_BYTES = 1024;

/**
 * The form of the answer that a request asks for, at a glance: `binary` or `json`, a colon, and its id.
 * @param jsonLength - How many bytes of JSON the body begins with; 0 for bytes alone, whose answer is bytes.
 */
export const answerFormOf = (body: Uint8Array, jsonLength: number): string => {
  if (jsonLength === 0) return 'binary:';
  const text = Buffer.from(body.buffer, body.byteOffset, Math.min(jsonLength, body.length));
  // Between its ends a long request holds numbers only.
  const edges =
    text.length <= 2 * EDGE_BYTES
      ? text.toString('latin1')
      : text.toString('latin1', 0, EDGE_BYTES) + text.toString('latin1', text.length - EDGE_BYTES);
  const ofOutput = /"binary_data"\s*:\s*(true|false)/.exec(edges)?.[1];
  const ofAll = /"binary_data_output"\s*:\s*(true|false)/.exec(edges)?.[1];
  const id = /"id"\s*:\s*"([^"\\]*)"/.exec(edges)?.[1] ?? '';
  return `${(ofOutput ?? ofAll) === 'true' ? 'binary' : 'json'}:${id}`;
};

/** Reads what {@link answerFormOf} wrote. */
export const readAnswerForm = (form: string): AnswerForm => {
  const colon = form.indexOf(':');
  return {
    encoding: form.startsWith('binary') ? 'binary' : 'json',
    id: form.slice(colon + 1),
  };
};

/** A JSON header followed by the values as bytes; the length of the header is one of the answer's headers. */
export const binaryAnswer = (
  header: unknown,
  values: Float32Array,
  headers: Readonly<Record<string, string>>,
): WireAnswer => {
  const json = Buffer.from(JSON.stringify(header));
  return {
    status: 200,
    headers: { ...headers, 'inference-header-content-length': String(json.length) },
    body: Buffer.concat([json, bytesOf(values)]),
  };
};
