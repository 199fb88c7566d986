import protobuf from 'protobufjs';

/** A message as a program reads and writes it that knows nothing of this project's own schemas. */
export interface OfficialMessage<Message extends object> {
  /** Fields that were not sent are absent; numbers of 64 bits are doubles. */
  readonly read: (bytes: Uint8Array) => Message;
  readonly write: (message: Message) => Buffer;
}

/**
 * The messages of a schema that is written out here with the official field numbers: a wrong number in one of the
 * project's own schemas would not show where both sides used them.
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
