import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';

/** A message type of a protocol buffers schema. Its messages are plain objects with the field names of the schema. */
export interface MessageType<Message extends object> {
  readonly encode: (message: Message) => Uint8Array;
  /** Encodes a document in the JSON form of messages: with the names of enumerations, and without the fields that the schema lacks. */
  readonly encodeDocument: (document: object) => Uint8Array;
  /**
   * Fields that were not sent have their defaults, fields of type bytes are views of `bytes`, and 64-bit integers are numbers.
   * @throws UnreadableMessage if the bytes are not such a message.
   */
  readonly decode: (bytes: Uint8Array) => Message;
  /**
   * The beginning of a field of type bytes or message: its tag, its length and the first part of its content. The caller sends the
   * remaining `restBytes` bytes after it, as the end of the message, and saves a copy.
   * @param field - A name of the schema; for a map, an entry, whose key is field 1 and whose value is field 2.
   */
  readonly open: (field: string, content: Uint8Array, restBytes: number) => Uint8Array;
}

const LENGTH_DELIMITED = 2;

/** The tag and the full length of a field, followed by the first part of its content. */
const opened = (id: number, content: Uint8Array, restBytes: number): Uint8Array => {
  const head = protobuf.Writer.create()
    .uint32((id << 3) | LENGTH_DELIMITED)
    .uint32(content.length + restBytes)
    .finish();
  return Buffer.concat([head, content]);
};

/** The content of a map entry whose value is of type bytes or message: its key and the beginning of its value. */
export const openEntry = (key: string, content: Uint8Array, restBytes: number): Uint8Array =>
  Buffer.concat([opened(1, Buffer.from(key), 0), opened(2, content, restBytes)]);

export class UnreadableMessage extends Error {
  override readonly name = 'UnreadableMessage';
}

/**
 * Reads a schema.
 * @param file - Path of a `.proto` file without imports.
 * @returns a function that finds a message type by its full name, such as `inference.ModelInferRequest`.
 */
export const readSchema = (
  file: string,
): (<Message extends object>(name: string) => MessageType<Message>) => {
  const { root } = protobuf.parse(readFileSync(file, 'utf8'), { keepCase: true });
  return <Message extends object>(name: string): MessageType<Message> => {
    const type = root.lookupType(name);
    return {
      encode: (message) => type.encode(message).finish(),
      encodeDocument: (document) => type.encode(type.fromObject(document)).finish(),
      open: (field, content, restBytes) => {
        const { id } = type.fields[field] ?? {};
        if (id === undefined) throw new Error(`${name} has no field ${field}`);
        return opened(id, content, restBytes);
      },
      decode: (bytes) => {
        try {
          return type.toObject(type.decode(bytes), {
            longs: Number,
            defaults: true,
          }) as Message;
        } catch (error) {
          const why = error instanceof Error ? error.message : String(error);
          throw new UnreadableMessage(`not a ${name}: ${why}`, { cause: error });
        }
      },
    };
  };
};
