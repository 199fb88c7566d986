import { bestClasses } from '../../models/best-classes.ts';
import { inputShape } from '../../models/tensors/contract-tensors.ts';
import { tensorCall, withBody } from '../tensors/tensor-call.ts';
import {
  answered,
  BadInput,
  failWith,
  type InferenceCall,
  scoresOf,
  type ServedManifest,
  tensorOf,
  type Wire,
  type WireAnswer,
  type WireHead,
} from '../wire.ts';

/** The media type of a tensor; every other one is that of an image. */
const OCTETS = 'application/octet-stream';

/** How a platform writes what the application answers. */
export interface Answers {
  /** @param json - Of the five best classes. */
  readonly predictions: (json: string) => WireAnswer;
  /** Status 400 in the platform's own shape: the application refuses the input. */
  readonly refused: (message: string) => WireAnswer;
  readonly failed: () => WireAnswer;
  /** What the platform does with one request too many. */
  readonly overloaded: () => WireAnswer;
}

/** An input and its media type. */
export interface TypedBytes {
  readonly bytes: Uint8Array;
  readonly type: string;
}

const asBody = (body: Uint8Array, { headers }: WireHead): TypedBytes => ({
  bytes: body,
  type: String(headers['content-type'] ?? ''),
});

/** What an application answers: its five best classes, as compact JSON. NaN stays NaN, as in Python. */
const predictionsJson = (probabilities: Float32Array): string => {
  const predictions = bestClasses(probabilities).map(
    (one) => `{"class":${one.class},"score":${one.score}}`,
  );
  return `{"predictions":[${predictions.join(',')}]}`;
};

/**
 * A request to the application behind a platform's route; see README.md. Named tensors of a user's model are the body itself.
 * @param inputIn - Where its input is; undefined: it has none. Default: the body is the input, and its type is in the header.
 */
export const predictCall = (
  { model, tensorModel }: ServedManifest,
  answers: Answers,
  head: WireHead,
  inputIn: (body: Uint8Array, head: WireHead) => TypedBytes | undefined = asBody,
): InferenceCall => {
  const call: InferenceCall = {
    kind: 'inference',
    protocol: 'rest',
    form: () => 'predictions',
    read: (body) => {
      const input = inputIn(body, head);
      if (input === undefined) throw new BadInput('there is no input');
      const { bytes, type } = input;
      return type === OCTETS ? tensorOf(bytes, inputShape(model)) : { kind: 'image', bytes };
    },
    render: (_form, output) => answers.predictions(predictionsJson(scoresOf(output))),
    fail: failWith({
      badInput: answers.refused,
      overloaded: answers.overloaded,
      failed: answers.failed,
    }),
  };
  if (tensorModel === undefined) return call;
  return tensorCall(call, tensorModel, (body, type) =>
    withBody(answers.predictions(''), body, type),
  );
};

/** The two routes of a platform: its own for its health, and that of the application. */
export const createApplicationWire = (
  manifest: ServedManifest,
  answers: Answers & { readonly healthy: WireAnswer },
  inputIn?: (body: Uint8Array, head: WireHead) => TypedBytes | undefined,
): Wire => ({
  route: (head) => {
    if (head.path === manifest.health.path) return answered(answers.healthy);
    return head.path === '/predict' && head.method === 'POST'
      ? predictCall(manifest, answers, head, inputIn)
      : undefined;
  },
});
