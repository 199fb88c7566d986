import protobuf from 'protobufjs';

/** The type of fields on the wire that have a length; the messages have no others but varints. */
const LENGTH_DELIMITED = 2;

const writeVarint = (value: number): Uint8Array => protobuf.Writer.create().uint32(value).finish();

interface Field {
  readonly number: number;
  readonly hasLength: boolean;
  /** Where its tag ends. */
  readonly tagEnd: number;
  /** Its content, without a length before it; of a varint the bytes of the number. */
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

const lastField = (
  message: Buffer,
  number: number,
  isIt: (content: Buffer) => boolean = () => true,
): Field => {
  let last: Field | undefined;
  for (let at = 0; at < message.length;) {
    const field = readField(message, at);
    if (field.number === number && isIt(message.subarray(field.start, field.end))) last = field;
    at = field.end;
  }
  if (last === undefined) throw new Error(`the message has no field ${number}`);
  return last;
};

/** Whether an entry of a map has this key, a text. */
export const hasKey = (entry: Buffer, key: string): boolean => {
  const { start, end } = lastField(entry, 1);
  return entry.toString('utf8', start, end) === key;
};

/**
 * A message of protocol buffers with another content in one field; the lengths of the messages around it follow.
 *
 * @param path numbers of fields, from the outermost message to the field; of several with one number the last counts
 * @param isIt which of those with the first number are meant
 */
export const changeField = (
  message: Buffer,
  [number = 0, ...inner]: readonly number[],
  change: (content: Buffer) => Buffer,
  isIt?: (content: Buffer) => boolean,
): Buffer => {
  const { hasLength, tagEnd, start, end } = lastField(message, number, isIt);
  const content = message.subarray(start, end);
  const changed = inner.length === 0 ? change(content) : changeField(content, inner, change);
  return Buffer.concat([
    message.subarray(0, tagEnd),
    ...(hasLength ? [writeVarint(changed.length)] : []),
    changed,
    message.subarray(end),
  ]);
};

/** The numbers of a field: one varint, or several packed into one field; the last is one less. */
export const withLastLess = (content: Buffer): Buffer => {
  const reader = protobuf.Reader.create(content);
  let [last, value] = [0, 0];
  while (reader.pos < reader.len) {
    last = reader.pos;
    value = reader.uint32();
  }
  return Buffer.concat([content.subarray(0, last), writeVarint(value - 1)]);
};
