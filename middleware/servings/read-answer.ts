import { notANumberIn } from '../../serving-configs/models/tensors/json-numbers.ts';
import {
  UnreadableMessage,
  type MessageType,
} from '../../serving-configs/protocols/protobuf-messages.ts';
import { MalformedAnswer } from './serving.ts';

/**
 * Parses an answer as JSON.
 * @throws MalformedAnswer if it is not JSON; the message tells if it has NaN or Infinity instead of a number.
 */
export const readJson = (bytes: Uint8Array): unknown => {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    const token = notANumberIn(text);
    if (token !== undefined) {
      throw new MalformedAnswer(`The answer has ${token} where a number should be.`, {
        cause: error,
      });
    }
    throw new MalformedAnswer(
      text.trim() === '' ? 'The answer is empty.' : 'The answer is not JSON.',
      { cause: error },
    );
  }
};

/** @throws MalformedAnswer if a value is not a JSON object; `what` is its name in the message. */
export const asObject = (value: unknown, what: string): Readonly<Record<string, unknown>> => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new MalformedAnswer(`${what} is not a JSON object.`);
  }
  return value as Readonly<Record<string, unknown>>;
};

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
