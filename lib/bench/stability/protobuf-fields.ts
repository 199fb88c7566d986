/** Types of fields on the wire; the messages have no other ones. */
const VARINT = 0;
const LENGTH_DELIMITED = 2;

/** A number of seven bits a byte, the lowest first; every byte but the last has its highest bit set. */
const readVarint = (
  bytes: Buffer,
  from: number,
): { readonly value: number; readonly end: number } => {
  let [value, factor, at] = [0, 1, from];
  for (; (bytes.readUInt8(at) & 0x80) !== 0; at += 1, factor *= 128) {
    value += (bytes.readUInt8(at) & 0x7f) * factor;
  }
  return { value: value + bytes.readUInt8(at) * factor, end: at + 1 };
};

const writeVarint = (value: number): Buffer => {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return Buffer.from([...bytes, rest]);
};

interface Field {
  readonly number: number;
  readonly wireType: number;
  /** Where its tag ends. */
  readonly tagEnd: number;
  /** Its content, without a length before it; of a varint the bytes of the number. */
  readonly start: number;
  readonly end: number;
}

const readField = (message: Buffer, from: number): Field => {
  const { value: tag, end: tagEnd } = readVarint(message, from);
  const { value, end } = readVarint(message, tagEnd);
  const field = { number: tag >>> 3, wireType: tag & 7, tagEnd };
  if (field.wireType === VARINT) return { ...field, start: tagEnd, end };
  if (field.wireType === LENGTH_DELIMITED) return { ...field, start: end, end: end + value };
  throw new Error(`a field of wire type ${field.wireType} at byte ${from}`);
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
  const { wireType, tagEnd, start, end } = lastField(message, number, isIt);
  const content = message.subarray(start, end);
  const changed = inner.length === 0 ? change(content) : changeField(content, inner, change);
  return Buffer.concat([
    message.subarray(0, tagEnd),
    ...(wireType === LENGTH_DELIMITED ? [writeVarint(changed.length)] : []),
    changed,
    message.subarray(end),
  ]);
};

/** The numbers of a field: one varint, or several packed into one field; the last is one less. */
export const withLastLess = (content: Buffer): Buffer => {
  let last = 0;
  for (let at = 0; at < content.length; at = readVarint(content, at).end) last = at;
  const { value } = readVarint(content, last);
  return Buffer.concat([content.subarray(0, last), writeVarint(value - 1)]);
};
