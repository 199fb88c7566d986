import { bestClasses } from '../../models/best-classes.ts';
import { callOf } from '../tensors/tensor-call.ts';
import {
  answered,
  BadInput,
  failInJson,
  type InferenceCall,
  jsonAnswer,
  scoresOf,
  floatsInput,
  type WireFactory,
  type WireHead,
} from '../wire.ts';

/** The media type of a tensor. A body with any other type is an image. */
export const OCTETS = 'application/octet-stream';

export interface TypedBytes {
  readonly bytes: Uint8Array;
  /** The media type. */
  readonly type: string;
}

/** The differences between platforms that have this route. */
interface Platform {
  /** Creates the headers of a result, besides its content type. */
  readonly headers: () => Readonly<Record<string, string>>;
  /** The status of an overload. Default: 503. */
  readonly overloaded?: number;
  readonly takesAtMost?: number;
  /** Default: only `/predict`. */
  readonly paths?: readonly string[];
  /** Finds the input in a request; undefined if there is none. Default: the body is the input, with the type in its header. */
  readonly inputIn?: (body: Uint8Array, head: WireHead) => TypedBytes | undefined;
}

const asBody = (body: Uint8Array, { headers }: WireHead): TypedBytes => ({
  bytes: body,
  type: String(headers['content-type'] ?? ''),
});

/** The answer of an application: the best five classes as compact JSON. NaN stays NaN, as in Python. */
const predictionsJson = (probabilities: Float32Array): string => {
  const predictions = bestClasses(probabilities).map(
    ({ class: index, score }) => `{"class":${index},"score":${score}}`,
  );
  return `{"predictions":[${predictions.join(',')}]}`;
};

/** The server side of the route that README.md describes. */
export const createApplicationWire =
  ({
    headers,
    overloaded,
    takesAtMost,
    paths = ['/predict'],
    inputIn = asBody,
  }: Platform): WireFactory =>
  ({ health, served }) => {
    const predict = (head: WireHead): InferenceCall => {
      const classes: InferenceCall = {
        kind: 'inference',
        protocol: 'rest',
        form: () => 'predictions',
        read: (body) => {
          const input = inputIn(body, head);
          if (input === undefined) throw new BadInput('there is no input');
          const { bytes, type } = input;
          return type === OCTETS ? floatsInput(served, bytes) : { kind: 'image', bytes };
        },
        render: (_form, output) => jsonAnswer(200, predictionsJson(scoresOf(output)), headers()),
        fail: failInJson({ overloaded }),
      };
      return callOf(served, classes, (body, type) =>
        jsonAnswer(200, body, { ...headers(), 'content-type': type }),
      );
    };
    return {
      takesAtMost,
      route: (head) => {
        if (head.path === health.path) return answered(jsonAnswer(200, '{}'));
        return paths.includes(head.path) && head.method === 'POST' ? predict(head) : undefined;
      },
    };
  };
