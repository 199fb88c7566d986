import { Agent, request as httpRequest } from 'node:http';
import { compareTensors } from '../../../../serving-configs/models/tensors/compare-tensors.ts';
import {
  readTensors,
  type NamedTensor,
} from '../../../../serving-configs/models/tensors/tensor-body.ts';
import type { UserModel } from '../../model-file/described-model.ts';
import { messageOf, systemCodeOf } from '../../model/errors.ts';
import type { Asked } from '../../model/many-models.ts';

/** The inputs of a run as bodies, and the correct answers of every model to each of them. */
export interface AnswerBook {
  readonly bodies: readonly Buffer[];
  /** By the name of the model; in the order of the bodies. */
  readonly correct: ReadonlyMap<string, readonly (readonly NamedTensor[])[]>;
  readonly checks: UserModel['checks'];
}

/** Where a request to a model goes. */
export interface ModelAddress {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

const TEXT_LENGTH = 300;

/** An answer over HTTP; without a body if none came. */
interface Answer {
  readonly status: string;
  readonly body?: Buffer;
}

/** Sends a request. Never rejects. */
const post = (
  { url, headers }: ModelAddress,
  body: Buffer,
  agent: Agent,
  timeoutMs: number,
): Promise<Answer> =>
  new Promise((resolve) => {
    const sent = httpRequest(
      url,
      { method: 'POST', agent, headers: { ...headers, 'content-length': body.length } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('end', () => {
          clearTimeout(timer);
          resolve({ status: String(response.statusCode), body: Buffer.concat(chunks) });
        });
      },
    );
    const timer = setTimeout(() => {
      resolve({ status: 'timeout' });
      sent.destroy();
    }, timeoutMs);
    sent.once('error', (error) => {
      clearTimeout(timer);
      resolve({ status: systemCodeOf(error) ?? messageOf(error) });
    });
    sent.once('close', () => {
      clearTimeout(timer);
      resolve({ status: 'closed' });
    });
    sent.end(body);
  });

/** Whether an answer is the correct one of a model. */
const isOf = (
  { correct, checks }: AnswerBook,
  model: string,
  input: number,
  answer: readonly NamedTensor[],
): boolean => {
  const expected = correct.get(model)?.[input];
  return expected !== undefined && compareTensors(expected, answer, checks).passed;
};

/** What an answer of a model comes to; one that is wrong is looked for among those of all models. */
const judge = (
  book: AnswerBook,
  model: string,
  input: number,
  { status, body }: Answer,
): Omit<Asked, 'ms'> => {
  const text = body?.toString('utf8', 0, TEXT_LENGTH);
  if (status !== '200' || body === undefined) return { outcome: 'failed', status, text };
  let tensors: readonly NamedTensor[];
  try {
    tensors = readTensors(body, 'outputs').tensors;
  } catch {
    return { outcome: 'failed', status: 'not understood', text };
  }
  if (isOf(book, model, input, tensors)) return { outcome: 'correct', status };
  const answeredBy = [...book.correct.keys()].find((other) => isOf(book, other, input, tensors));
  return answeredBy === undefined
    ? { outcome: 'wrong', status, text }
    : { outcome: 'mixed-up', status, text, answeredBy };
};

/** Asks a model, and judges its answer. Never rejects. */
export const askModel = async (
  book: AnswerBook,
  model: string,
  input: number,
  address: ModelAddress,
  agent: Agent,
  timeoutMs: number,
): Promise<Asked> => {
  const at = input % book.bodies.length;
  const sentMs = performance.now();
  const answer = await post(address, book.bodies[at] ?? Buffer.alloc(0), agent, timeoutMs);
  return { ...judge(book, model, at, answer), ms: performance.now() - sentMs };
};

/** A client with a single connection. */
export const oneConnection = (): Agent => new Agent({ keepAlive: true, maxSockets: 1 });
