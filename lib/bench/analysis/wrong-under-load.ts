import { number, object, type Static } from '../../../serving-configs/schema.ts';
import { engineSchema, targetSchema } from '../model/measurement.ts';
import { targetId } from '../model/measurement.ts';
import type { ResultRecord } from '../model/record.ts';
import { sum } from '../stats/moments.ts';
import { groupBy } from './group-by.ts';

export const wrongUnderLoadSchema = object(
  {
    target: targetSchema,
    engine: engineSchema,
    wrongAnswers: number(),
    notUnderstood: number(),
  },
  'A target that gave wrong answers under load, or answers that were not understood.',
);
export interface WrongUnderLoad extends Static<typeof wrongUnderLoadSchema> {}

/**
 * The targets with such answers in any load of a run: in windows and outside of them, in trials of searches too. Stability tests are left
 * out, because their faults may be the cause.
 */
export const wrongUnderLoadOf = (records: readonly ResultRecord[]): readonly WrongUnderLoad[] => {
  const loads = records.flatMap((record) =>
    record.kind === 'measurement' && record.state === 'completed' && record.stability === undefined
      ? [{ ...record.measurement, load: record.load }]
      : [],
  );
  return [...groupBy(loads, ({ target, engine }) => `${targetId(target)}/${engine}`).values()]
    .map((ofTarget) => ({
      target: ofTarget[0].target,
      engine: ofTarget[0].engine,
      wrongAnswers: sum(ofTarget.map(({ load }) => load.wrongAnswers ?? 0)),
      notUnderstood: sum(ofTarget.map(({ load }) => load.notUnderstood ?? 0)),
    }))
    .filter(({ wrongAnswers, notUnderstood }) => wrongAnswers + notUnderstood > 0);
};
