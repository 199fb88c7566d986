import { oddPicturesOf } from '../../../../lib/bench/analysis/odd-pictures.ts';
import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import { oddPictureLines } from '../../../../lib/bench/report/odd-picture-lines.ts';
import { pathLabels } from '../../../../lib/bench/wording/labels.ts';
import type { Path } from '../../../../lib/bench/model/cell.ts';
import type { AnswerCheck, CheckedImage } from '../../../../lib/bench/model/record.ts';
import { passedCheck, recordedPaths, recordedRun } from '../../../support/recorded-run.ts';

const paths = recordedPaths();
const [first, second] = paths;
if (first === undefined || second === undefined) throw new Error('no two paths');

const grey: CheckedImage = { file: 'grey.jpg', expectedClass: 7, answeredClass: 7 };
const refused: CheckedImage = { file: 'grey.jpg', expectedClass: 7, error: '500 cannot decode' };
const sideways: CheckedImage = { file: 'sideways.jpg', expectedClass: 281, answeredClass: 281 };
const asItLies: CheckedImage = {
  ...sideways,
  answeredClass: 5,
  difference: { class: 281, expected: 0.6, answered: 0.1 },
};

const check = (path: Path, odd?: readonly CheckedImage[]): AnswerCheck => ({
  ...passedCheck(path),
  ...(odd === undefined ? {} : { odd }),
});

describe('pictures that decoders treat differently', () => {
  it('tell which paths treat them like the direct computation, and what the others answer', () => {
    const records = [check(second, [refused, asItLies]), check(first, [grey, sideways])];

    expect(oddPicturesOf(records)).toEqual([
      { file: 'grey.jpg', alike: 1, unlike: [{ path: second, what: '500 cannot decode' }] },
      {
        file: 'sideways.jpg',
        alike: 1,
        unlike: [{ path: second, what: 'class 5 instead of 281' }],
      },
    ]);
  });

  it('count as they were answered at last where a path was checked again', () => {
    const records = [check(first, [refused]), check(first, [grey])];

    expect(oddPicturesOf(records)).toEqual([{ file: 'grey.jpg', alike: 1, unlike: [] }]);
  });

  it('are no finding where none were sent', () => {
    expect(oddPicturesOf([check(first)])).toEqual([]);
    expect(summarise(recordedRun()).oddPictures).toBeUndefined();
  });

  it('become sentences of the report, one a picture', () => {
    const run = recordedRun();
    const records = run.records.filter(({ kind }) => kind !== 'check');
    const checks = [check(first, [grey, asItLies]), check(second, [grey, sideways])];
    const summary = summarise({ ...run, records: [...checks, ...records] });

    expect(oddPictureLines(summary, pathLabels(paths, {}))).toEqual([
      'A grey picture gets from all 2 paths the answer of the direct computation.',
      expect.stringMatching(
        /^A picture that its EXIF data turns upright is treated differently by .+ \(class 5 instead of 281\); 1 answers as the direct computation\.$/,
      ),
    ]);
  });
});
