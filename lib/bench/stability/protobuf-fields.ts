import protobuf from 'protobufjs';

/** The wire type of fields with a length. All other fields of the messages here are varints. */
const LENGTH_DELIMITED = 2;

const writeVarint = (value: number): Uint8Array => protobuf.Writer.create().uint32(value).finish();

interface Field {
  readonly number: number;
  /** Where its tag ends. */
  readonly tagEnd: number;
  /** Where its content starts, after the length if there is one. */
  readonly start: number;
  readonly end: number;
}

const readField = (message: Buffer, from: number): Field => {
  const reader = protobuf.Reader.create(message);
  reader.pos = from;
  const tag = reader.uint32();
  const tagEnd = reader.pos;
  const value = reader.uint32();
  const hasLength = (tag & 7) === LENGTH_DELIMITED;
  return {
    number: tag >>> 3,
    tagEnd,
    start: hasLength ? reader.pos : tagEnd,
    end: hasLength ? reader.pos + value : reader.pos,
  };
};

/** @throws Error if there is no such field */
const lastField = (message: Buffer, number: number): Field => {
  let last: Field | undefined;
  for (let at = 0; at < message.length;) {
    const field = readField(message, at);
    if (field.number === number) last = field;
    at = field.end;
  }
  if (last === undefined) throw new Error(`the message has no field ${number}`);
  return last;
};

/**
 * Replaces the content of one field with a length in a protobuf message, and adjusts the lengths of the messages around it.
 *
 * @param path field numbers from the outermost message to the field; of several fields with the same number, the last is meant
 */
export const changeField = (
  message: Buffer,
  [number = 0, ...inner]: readonly number[],
  content: Buffer,
): Buffer => {
  const { tagEnd, start, end } = lastField(message, number);
  const changed =
    inner.length === 0 ? content : changeField(message.subarray(start, end), inner, content);
  return Buffer.concat([
    message.subarray(0, tagEnd),
    writeVarint(changed.length),
    changed,
    message.subarray(end),
  ]);
};
