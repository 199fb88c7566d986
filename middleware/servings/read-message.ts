import {
  UnreadableMessage,
  type MessageType,
} from '../../serving-configs/protocols/protobuf-messages.ts';
import { MalformedAnswer } from './serving.ts';

/**
 * Reads an answer that should be a message of protocol buffers.
 * @throws MalformedAnswer where it is not.
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
