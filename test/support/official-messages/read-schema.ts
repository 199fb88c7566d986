import protobuf from 'protobufjs';

/** Reads and writes a message independently of this project's schemas. */
export interface OfficialMessage<Message extends object> {
  /** Fields that were not sent are absent. 64-bit integers become numbers. */
  readonly read: (bytes: Uint8Array) => Message;
  readonly write: (message: Message) => Buffer;
}

/**
 * Reads a schema that a test writes out with the official field numbers. A wrong number in this project's schemas would not show if both
 * sides used them.
 */
export const readOfficialSchema = (
  schema: string,
): (<Message extends object>(name: string) => OfficialMessage<Message>) => {
  const { root } = protobuf.parse(schema, { keepCase: true });
  return <Message extends object>(name: string): OfficialMessage<Message> => {
    const type = root.lookupType(name);
    return {
      read: (bytes) => type.toObject(type.decode(bytes), { longs: Number }) as Message,
      write: (message) => Buffer.from(type.encode(type.fromObject(message)).finish()),
    };
  };
};
