import type { Layout, ServingManifest } from '../../manifest.ts';
import {
  failWith,
  WireRefusal,
  type InferenceCall,
  type WireAnswer,
  type WireInput,
} from '../wire.ts';
import { isTensor, tensorOf, UNDECODABLE, wrongSize } from './input.ts';
import { predictionsJson } from './predictions.ts';

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
