import { type Target, targetId } from '../model/measurement.ts';
import type { AnswerCheck, CheckedImage, ResultRecord } from '../model/record.ts';
import { compareTargets } from './row-order.ts';

/** How the targets of a run answer an image that decoders treat differently. */
export interface OddImage {
  readonly file: string;
  /** Number of targets that answer like the direct computation. */
  readonly alike: number;
  /** The others, with their answers. */
  readonly unlike: readonly { readonly target: Target; readonly answer: CheckedImage }[];
}

/** The odd images of a run, in the order in which they were sent. If a target was checked again, its last answers count. */
export const oddImagesOf = (records: readonly ResultRecord[]): readonly OddImage[] => {
  const answerChecks = new Map<string, AnswerCheck>();
  for (const record of records) {
    if (record.kind === 'answer-check' && record.odd !== undefined) {
      answerChecks.set(targetId(record.target), record);
    }
  }
  const inOrder = [...answerChecks.values()].toSorted((a, b) => compareTargets(a.target, b.target));
  const files = new Set(inOrder.flatMap(({ odd = [] }) => odd.map(({ file }) => file)));
  return [...files].map((file) => {
    const answers = inOrder.flatMap(({ target, odd = [] }) =>
      odd.filter((image) => image.file === file).map((answer) => ({ target, answer })),
    );
    const unlike = answers.filter(
      ({ answer: { error, difference } }) => error !== undefined || difference !== undefined,
    );
    return { file, alike: answers.length - unlike.length, unlike };
  });
};
