import type { Layout, ServingManifest } from '../../manifest.ts';
import {
  failWith,
  floatsOf,
  type InferenceCall,
  sizeOfShape,
  type WireAnswer,
  type WireInput,
  WireRefusal,
} from '../wire.ts';

/** The media type of a tensor; every other one is that of an image. */
const OCTETS = 'application/octet-stream';

/** What an application says to bytes that are no image. */
const UNDECODABLE = 'cannot decode the image';

/** What an application says to a tensor of another size. */
const wrongSize = (length: number, layout: Layout): string =>
  `the tensor has ${length} bytes instead of ${4 * sizeOfShape(shapeIn(layout))}`;

const shapeIn = (layout: Layout): readonly number[] =>
  layout === 'NCHW' ? [1, 3, 224, 224] : [1, 224, 224, 3];

/** The type before any parameters, in lower case. */
const essenceOf = (contentType: string): string =>
  (contentType.split(';')[0] ?? '').trim().toLowerCase();

const isTensor = (contentType: string): boolean => essenceOf(contentType) === OCTETS;

/** Little-endian 32-bit floats; undefined where their number is not that of the model's input. */
const tensorOf = (bytes: Uint8Array, layout: Layout): WireInput | undefined => {
  const shape = shapeIn(layout);
  if (bytes.length !== 4 * sizeOfShape(shape)) return undefined;
  return { kind: 'tensor', values: floatsOf(bytes), shape };
};

const TOP_COUNT = 5;

/** The indexes of the best classes, best first; of equal ones the lower index first. */
const bestFive = (probabilities: Float32Array): readonly number[] => {
  const best: number[] = [];
  for (const [index, probability] of probabilities.entries()) {
    let place = best.length;
    while (place > 0 && (probabilities[best[place - 1] ?? 0] ?? 0) < probability) place -= 1;
    if (place === TOP_COUNT) continue;
    best.splice(place, 0, index);
    best.length = Math.min(best.length, TOP_COUNT);
  }
  return best;
};

/** What an application answers: its five best classes, as compact JSON. What is no number stays none, as in Python. */
export const predictionsJson = (probabilities: Float32Array): string => {
  const predictions = bestFive(probabilities).map(
    (index) => `{"class":${index},"score":${probabilities[index] ?? 0}}`,
  );
  return `{"predictions":[${predictions.join(',')}]}`;
};

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

/**
 * The input in a body.
 * @throws WireRefusal where a tensor has the wrong size.
 */
export const inputOf = (
  bytes: Uint8Array,
  contentType: string,
  layout: Layout,
  refused: Answers['refused'],
): WireInput => {
  if (!isTensor(contentType)) return { kind: 'image', bytes };
  const tensor = tensorOf(bytes, layout);
  if (tensor !== undefined) return tensor;
  throw new WireRefusal(refused(wrongSize(bytes.length, layout)));
};

/** A call of the application behind a platform's route. */
export const predictCall = (
  answers: Answers,
  read: (body: Uint8Array) => WireInput,
): InferenceCall => ({
  kind: 'inference',
  protocol: 'rest',
  form: () => 'predictions',
  read,
  render: (_form, values) => answers.predictions(predictionsJson(values)),
  fail: failWith({
    badImage: () => answers.refused(UNDECODABLE),
    overloaded: answers.overloaded,
    failed: answers.failed,
  }),
});

/** A call whose body is the input itself, of the type that its header says. */
export const bodyCall = (
  answers: Answers,
  contentType: string | string[] | undefined,
  { model }: ServingManifest,
): InferenceCall =>
  predictCall(answers, (body) =>
    inputOf(body, String(contentType ?? ''), model.layout, answers.refused),
  );
