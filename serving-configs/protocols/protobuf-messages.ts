import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';

/** A message of a protocol buffers schema, as plain objects with the field names of the schema. */
export interface MessageType<Message extends object> {
  /** Fields that are not given are left out. */
  readonly encode: (message: Message) => Uint8Array;
  /**
   * All fields are there, those that were not sent with their defaults. Fields of bytes are views of `bytes`, not copies;
   * 64-bit numbers are doubles.
   * @throws UnreadableMessage where the bytes are not such a message.
   */
  readonly decode: (bytes: Uint8Array) => Message;
  /**
   * The beginning of a field that holds bytes or a message: its tag, its length and the first part of its content. The
   * other `restBytes` bytes are not copied but follow in the same stream, as the last of the whole message.
   * @param field - A name of the schema; of a map, the field of one entry, whose key is field 1 and whose value is field 2.
   */
  readonly open: (field: string, content: Uint8Array, restBytes: number) => Uint8Array;
}

const LENGTH_DELIMITED = 2;

/** Tag and length of a field whose length is known beforehand, and the part of its content that is there. */
const opened = (id: number, content: Uint8Array, restBytes: number): Uint8Array => {
  const head = protobuf.Writer.create()
    .uint32((id << 3) | LENGTH_DELIMITED)
    .uint32(content.length + restBytes)
    .finish();
  return Buffer.concat([head, content]);
};

/** An entry of a map whose value is bytes or a message: its key, then the beginning of its value. */
export const openEntry = (key: string, content: Uint8Array, restBytes: number): Uint8Array =>
  Buffer.concat([opened(1, Buffer.from(key), 0), opened(2, content, restBytes)]);

/** Says that bytes are not the message that they should be. */
export class UnreadableMessage extends Error {
  override readonly name = 'UnreadableMessage';
}

/**
 * Reads a schema.
 * @param file - Target of a `.proto` file without imports.
 * @returns the message of a full name, e.g. `inference.ModelInferRequest`.
 */
export const readSchema = (
  file: string,
): (<Message extends object>(name: string) => MessageType<Message>) => {
  const { root } = protobuf.parse(readFileSync(file, 'utf8'), { keepCase: true });
  return <Message extends object>(name: string): MessageType<Message> => {
    const type = root.lookupType(name);
    return {
      encode: (message) => type.encode(message).finish(),
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
          throw new UnreadableMessage(`no ${name}: ${why}`, { cause: error });
        }
      },
    };
  };
};
