import { type Target, targetId } from '../model/measurement.ts';
import type { AnswerCheck, ResultRecord } from '../model/record.ts';
import { wrongText } from '../wording/image-words.ts';
import { compareTargets } from './row-order.ts';

/** How the targets of a run answer an image that decoders treat differently. */
export interface OddImage {
  readonly file: string;
  /** Number of targets that answer like the direct computation. */
  readonly alike: number;
  /** The others, with their answers. */
  readonly unlike: readonly { readonly target: Target; readonly what: string }[];
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
      odd
        .filter((image) => image.file === file)
        .map((image) => ({ target, what: wrongText(image) })),
    );
    const unlike = answers.flatMap(({ target, what }) =>
      what === undefined ? [] : [{ target, what }],
    );
    return { file, alike: answers.length - unlike.length, unlike };
  });
};
