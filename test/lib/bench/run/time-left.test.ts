import { estimateSeconds } from '../../../../lib/bench/plan/estimate.ts';
import { createTimeLeft } from '../../../../lib/bench/run/time-left.ts';
import { closed, planCell, recordedPaths } from '../../../support/recorded-run.ts';

const [path] = recordedPaths();
if (path === undefined) throw new Error('no paths');
// Eleven seconds of warm-up and window each.
const cells = [1, 2, 3].map((users) => planCell(path, 'onnx', 'warm', closed(users), 1));
const [first, second] = cells;
if (first === undefined || second === undefined) throw new Error('no cells');

describe('the time left', () => {
  it('is the estimate until a cell is finished', () => {
    expect(createTimeLeft().of(cells)).toBe(estimateSeconds(cells));
  });

  it('goes by what finished cells took beyond their windows, with a start and without', () => {
    const timeLeft = createTimeLeft();
    timeLeft.finished(first, undefined, 15);
    timeLeft.finished(second, first, 12);

    expect(timeLeft.of(cells)).toBe(15 + 12 + 12);
  });

  it('is nothing where no cell is left', () => {
    const timeLeft = createTimeLeft();
    timeLeft.finished(first, undefined, 15);

    expect(timeLeft.of([])).toBe(0);
  });
});
