import { array, number, object, string, type Static } from '../../../serving-configs/schema.ts';
import { checkedImageSchema } from '../model/record.ts';
import { targetSchema } from '../model/measurement.ts';
import { targetId } from '../model/measurement.ts';
import type { AnswerCheck, ResultRecord } from '../model/record.ts';
import { compareTargets } from './row-order.ts';

export const oddImageSchema = object(
  {
    file: string(),
    alike: number('Number of targets that answer like the direct computation.'),
    unlike: array(
      object({
        target: targetSchema,
        answer: checkedImageSchema,
      }),
      'The others, with their answers.',
    ),
  },
  'How the targets of a run answer an image that decoders treat differently.',
);
export interface OddImage extends Static<typeof oddImageSchema> {}

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
