import { oddImagesOf } from '../../../../lib/bench/analysis/odd-images.ts';
import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import { oddImageLines } from '../../../../lib/bench/report/sections/odd-image-lines.ts';
import { targetLabels } from '../../../../lib/bench/wording/labels.ts';
import type { Target } from '../../../../lib/bench/model/measurement.ts';
import type { AnswerCheck, CheckedImage } from '../../../../lib/bench/model/record.ts';
import { passedCheck, recordedTargets, recordedRun } from '../../../support/recorded-run.ts';

const targets = recordedTargets();
const [first, second] = targets;

const grey: CheckedImage = { file: 'grey.jpg', expectedClass: 7, answeredClass: 7 };
const refused: CheckedImage = { file: 'grey.jpg', expectedClass: 7, error: '500 cannot decode' };
const sideways: CheckedImage = { file: 'sideways.jpg', expectedClass: 281, answeredClass: 281 };
const asItLies: CheckedImage = {
  ...sideways,
  answeredClass: 5,
  difference: { class: 281, expected: 0.6, answered: 0.1 },
};

const check = (target: Target, odd?: readonly CheckedImage[]): AnswerCheck => ({
  ...passedCheck(target),
  ...(odd === undefined ? {} : { odd }),
});

describe('Images that decoders treat differently', () => {
  it('tell which targets treat them like the direct computation, and what the others answer', () => {
    const records = [check(second, [refused, asItLies]), check(first, [grey, sideways])];

    expect(oddImagesOf(records)).toEqual([
      { file: 'grey.jpg', alike: 1, unlike: [{ target: second, what: '500 cannot decode' }] },
      {
        file: 'sideways.jpg',
        alike: 1,
        unlike: [{ target: second, what: 'class 5 instead of 281' }],
      },
    ]);
  });

  it('count as they were answered at last where a target was checked again', () => {
    const records = [check(first, [refused]), check(first, [grey])];

    expect(oddImagesOf(records)).toEqual([{ file: 'grey.jpg', alike: 1, unlike: [] }]);
  });

  it('are no finding where none were sent', () => {
    expect(oddImagesOf([check(first)])).toEqual([]);
    expect(summarise(recordedRun()).oddImages).toBeUndefined();
  });

  it('become sentences of the report, one an image', () => {
    const run = recordedRun();
    const records = run.records.filter(({ kind }) => kind !== 'answer-check');
    const answerChecks = [check(first, [grey, asItLies]), check(second, [grey, sideways])];
    const summary = summarise({ ...run, records: [...answerChecks, ...records] });

    expect(oddImageLines(summary, targetLabels(targets, {}))).toEqual([
      'A grey image gets from all 2 targets the answer of the direct computation.',
      expect.stringMatching(
        /^An image that its EXIF data turns upright is treated differently by .+ \(class 5 instead of 281\); 1 answers as the direct computation\.$/,
      ),
    ]);
  });
});
