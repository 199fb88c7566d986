import { bestClasses } from '../../models/best-classes.ts';
import { inputShape } from '../../models/tensors/contract-tensors.ts';
import { tensorCall } from '../tensors/tensor-call.ts';
import {
  answered,
  BadInput,
  failInJson,
  type InferenceCall,
  jsonAnswer,
  scoresOf,
  tensorOf,
  type WireFactory,
  type WireHead,
} from '../wire.ts';

/** The media type of a tensor; every other one is that of an image. */
export const OCTETS = 'application/octet-stream';

/** An input and its media type. */
export interface TypedBytes {
  readonly bytes: Uint8Array;
  readonly type: string;
}

/** In what the platforms of this route differ for a client. */
interface Platform {
  /** Headers of a result, beside its type. */
  readonly headers: () => Readonly<Record<string, string>>;
  /** The status of one request too many. Default: 503. */
  readonly overloaded?: number;
  readonly takesAtMost?: number;
  /** Default: `/predict` alone. */
  readonly paths?: readonly string[];
  /** The input of a request; undefined: it has none. Default: the body is the input, and its type is in the header. */
  readonly inputIn?: (body: Uint8Array, head: WireHead) => TypedBytes | undefined;
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

/** The server's side of the route; see README.md. Named tensors of a user's model are the body itself. */
export const createApplicationWire =
  ({
    headers,
    overloaded,
    takesAtMost,
    paths = ['/predict'],
    inputIn = asBody,
  }: Platform): WireFactory =>
  ({ model, health, tensorModel }) => {
    const callOf = (head: WireHead): InferenceCall => {
      const images: InferenceCall = {
        kind: 'inference',
        protocol: 'rest',
        form: () => 'predictions',
        read: (body) => {
          const input = inputIn(body, head);
          if (input === undefined) throw new BadInput('there is no input');
          const { bytes, type } = input;
          return type === OCTETS ? tensorOf(bytes, inputShape(model)) : { kind: 'image', bytes };
        },
        render: (_form, output) => jsonAnswer(200, predictionsJson(scoresOf(output)), headers()),
        fail: failInJson({ overloaded }),
      };
      return tensorModel === undefined
        ? images
        : tensorCall(images, tensorModel, (body, type) =>
            jsonAnswer(200, body, { ...headers(), 'content-type': type }),
          );
    };
    return {
      takesAtMost,
      route: (head) => {
        if (head.path === health.path) return answered(jsonAnswer(200, '{}'));
        return paths.includes(head.path) && head.method === 'POST' ? callOf(head) : undefined;
      },
    };
  };
