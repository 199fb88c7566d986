import protobuf from 'protobufjs';

/** The wire type of fields with a length. All other fields of the messages here are varints. */
const LENGTH_DELIMITED = 2;

const writeVarint = (value: number): Uint8Array => protobuf.Writer.create().uint32(value).finish();

interface Field {
  readonly number: number;
  readonly hasLength: boolean;
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
    hasLength,
    tagEnd,
    start: hasLength ? reader.pos : tagEnd,
    end: hasLength ? reader.pos + value : reader.pos,
  };
};

/** @throws Error if there is no such field */
const lastField = (
  message: Buffer,
  number: number,
  matches: (content: Buffer) => boolean = () => true,
): Field => {
  let last: Field | undefined;
  for (let at = 0; at < message.length;) {
    const field = readField(message, at);
    if (field.number === number && matches(message.subarray(field.start, field.end))) last = field;
    at = field.end;
  }
  if (last === undefined) throw new Error(`the message has no field ${number}`);
  return last;
};

/** Whether an entry of a map has this string as its key. */
export const hasKey = (entry: Buffer, key: string): boolean => {
  const { start, end } = lastField(entry, 1);
  return entry.toString('utf8', start, end) === key;
};

/**
 * Changes the content of one field in a protobuf message, and adjusts the lengths of the messages around it.
 *
 * @param path field numbers from the outermost message to the field; of several fields with the same number, the last is meant
 * @param matches selects among the fields with the first number
 */
export const changeField = (
  message: Buffer,
  [number = 0, ...inner]: readonly number[],
  change: (content: Buffer) => Buffer,
  matches?: (content: Buffer) => boolean,
): Buffer => {
  const { hasLength, tagEnd, start, end } = lastField(message, number, matches);
  const content = message.subarray(start, end);
  const changed = inner.length === 0 ? change(content) : changeField(content, inner, change);
  return Buffer.concat([
    message.subarray(0, tagEnd),
    ...(hasLength ? [writeVarint(changed.length)] : []),
    changed,
    message.subarray(end),
  ]);
};

/** Decrements the last number of a field with one varint or several packed ones. */
export const decrementLast = (content: Buffer): Buffer => {
  const reader = protobuf.Reader.create(content);
  let [last, value] = [0, 0];
  while (reader.pos < reader.len) {
    last = reader.pos;
    value = reader.uint32();
  }
  return Buffer.concat([content.subarray(0, last), writeVarint(value - 1)]);
};
