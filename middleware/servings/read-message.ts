import {
  UnreadableMessage,
  type MessageType,
} from '../../serving-configs/protocols/protobuf-messages.ts';
import { MalformedAnswer } from './serving.ts';

/**
 * Decodes an answer as a protobuf message.
 * @throws MalformedAnswer if it cannot be decoded.
 */
export const readMessage = <Message extends object>(
  type: MessageType<Message>,
  bytes: Uint8Array,
): Message => {
  if (bytes.length === 0) throw new MalformedAnswer('The answer is empty.');
  try {
    return type.decode(bytes);
  } catch (error) {
    if (!(error instanceof UnreadableMessage)) throw error;
    throw new MalformedAnswer(`The answer is ${error.message}.`, { cause: error });
  }
};
