import { notANumberIn } from '../../serving-configs/models/tensors/tensor-body.ts';
import { MalformedAnswer } from './serving.ts';

/**
 * Reads an answer that should be JSON.
 * @throws MalformedAnswer where it is not; an answer with NaN or Infinity among its numbers is named as that.
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

/** @throws MalformedAnswer where a value that was read is not an object. */
export const asObject = (value: unknown, what: string): Readonly<Record<string, unknown>> => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new MalformedAnswer(`${what} is not a JSON object.`);
  }
  return value as Readonly<Record<string, unknown>>;
};

/** @throws MalformedAnswer where a value that was read is not a list of numbers. */
export const asNumbers = (value: unknown, what: string): readonly number[] => {
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'number')) {
    throw new MalformedAnswer(`${what} is not a list of numbers.`);
  }
  return value;
};
