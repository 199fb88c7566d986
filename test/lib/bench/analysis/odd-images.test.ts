import { oddImagesOf } from '../../../../lib/bench/analysis/odd-images.ts';
import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import type { Target } from '../../../../lib/bench/model/measurement.ts';
import type { AnswerCheck, CheckedImage } from '../../../../lib/bench/model/record.ts';
import { passedCheck, recordedTargets, recordedRun } from '../../../support/recorded-run.ts';

const targets = recordedTargets();
const [first, second] = targets;

const grey: CheckedImage = { file: 'grey.jpg', expectedClass: 7, answeredClass: 7 };
const refused: CheckedImage = { file: 'grey.jpg', expectedClass: 7, error: '500 cannot decode' };
const sideways: CheckedImage = { file: 'sideways.jpg', expectedClass: 281, answeredClass: 281 };
const notTurned: CheckedImage = {
  ...sideways,
  answeredClass: 5,
  difference: { class: 281, expected: 0.6, answered: 0.1 },
};

const check = (target: Target, odd?: readonly CheckedImage[]): AnswerCheck => ({
  ...passedCheck(target),
  ...(odd === undefined ? {} : { odd }),
});

describe('Images that decoders treat differently', () => {
  it('show how many targets agree with the direct computation, and what the others answer', () => {
    const records = [check(second, [refused, notTurned]), check(first, [grey, sideways])];

    expect(oddImagesOf(records)).toEqual([
      { file: 'grey.jpg', alike: 1, unlike: [{ target: second, answer: refused }] },
      {
        file: 'sideways.jpg',
        alike: 1,
        unlike: [{ target: second, answer: notTurned }],
      },
    ]);
  });

  it('have the last answer of a target that was checked again', () => {
    const records = [check(first, [refused]), check(first, [grey])];

    expect(oddImagesOf(records)).toEqual([{ file: 'grey.jpg', alike: 1, unlike: [] }]);
  });

  it('are absent if none were sent', () => {
    expect(oddImagesOf([check(first)])).toEqual([]);
    expect(summarise(recordedRun()).oddImages).toBeUndefined();
  });
});
