import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';

/** A message of a protocol buffers schema, as plain objects with the field names of the schema. */
export interface MessageType<Message extends object> {
  /** Fields that are not given are left out. */
  readonly encode: (message: Message) => Uint8Array;
  /**
   * All fields are there, those that were not sent with their defaults. Fields of bytes are views of `bytes`, not copies;
   * 64-bit numbers are doubles.
   * @throws UnreadableMessage where the bytes are no such message.
   */
  readonly decode: (bytes: Uint8Array) => Message;
}

/** Says that bytes are not the message that they should be. */
export class UnreadableMessage extends Error {
  override readonly name = 'UnreadableMessage';
}

/**
 * Reads a schema.
 * @param file - Path of a `.proto` file without imports.
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
