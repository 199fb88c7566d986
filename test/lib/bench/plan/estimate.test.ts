import {
  estimateSeconds,
  oracleSeconds,
  startsServing,
} from '../../../../lib/bench/plan/estimate.ts';
import { resolvePlanOptions } from '../../../../lib/bench/plan/plan-options.ts';
import { closed, planCell, recordedPaths } from '../../../support/recorded-run.ts';

const [first, second] = recordedPaths();
if (first === undefined || second === undefined) throw new Error('no paths');
const warm = (users: number, repeat = 1) => planCell(first, 'onnx', 'warm', closed(users), repeat);
const cold = (users: number) => planCell(first, 'onnx', 'cold', closed(users), 1);
const options = resolvePlanOptions({ seed: 1 });
const aws = (runtime: 'reference' | 'container') => ({ where: 'aws', runtime }) as const;
/** Of a plan with windows of that length. */
const oracleOf = (seconds: number): number =>
  oracleSeconds({
    options,
    paths: [first],
    cells: [planCell(first, 'onnx', 'warm', closed(1), 1, seconds)],
  });

describe('the estimate', () => {
  it('starts a serving before every cold cell, and before the first warm one of a group', () => {
    expect(startsServing(warm(1), undefined)).toBe(true);
    expect(startsServing(warm(4), warm(1))).toBe(false);
    expect(startsServing(warm(4), cold(1))).toBe(true);
    expect(startsServing(cold(4), cold(1))).toBe(true);
    expect(startsServing(warm(1, 2), warm(4, 1))).toBe(true);
    expect(startsServing(warm(1), planCell(first, 'null', 'warm', closed(4), 1))).toBe(true);
    expect(startsServing(warm(1), planCell(second, 'onnx', 'warm', closed(4), 1))).toBe(true);
  });

  it('is more than the windows, and more for cold than for warm', () => {
    const windows = 2 * 11;

    expect(estimateSeconds([warm(1), warm(4)])).toBeGreaterThan(windows);
    expect(estimateSeconds([cold(1), cold(4)])).toBeGreaterThan(
      estimateSeconds([warm(1), warm(4)]),
    );
    expect(estimateSeconds([])).toBe(0);
  });

  it('knows that a platform takes longer to come up than the reference serving does', () => {
    const ceiling = planCell(first, 'null', 'warm', closed(1), 1);

    const venv = { where: 'local', runtime: 'venv' } as const;
    expect(estimateSeconds([cold(1)], venv)).toBeGreaterThan(estimateSeconds([cold(1)]) + 5);
    expect(estimateSeconds([ceiling], venv)).toBe(estimateSeconds([ceiling]));
  });

  it('knows that on AWS containers load models onto a GPU, and every cell takes commands', () => {
    expect(estimateSeconds([cold(1)], aws('reference'))).toBeCloseTo(
      estimateSeconds([cold(1)]) + 4,
    );
    expect(estimateSeconds([warm(1), warm(4)], aws('reference'))).toBeCloseTo(
      estimateSeconds([warm(1), warm(4)]) + 6,
    );
    expect(estimateSeconds([cold(1)], aws('container'))).toBeGreaterThan(
      estimateSeconds([cold(1)]) + 30,
    );
  });

  it('holds the direct check with its warm-up, and the load process that it takes', () => {
    const cells = [warm(1), warm(4)];
    const without = estimateSeconds(cells);
    const withDirect = estimateSeconds(cells.map((cell) => ({ ...cell, directSeconds: 4 })));

    expect(withDirect).toBeGreaterThan(without + 2 * 5);
    expect(withDirect).toBeLessThan(without + 2 * 7);
  });

  it('has the measurement of a known latency apart: as long as the windows, up to a limit', () => {
    expect(oracleOf(1.5)).toBeGreaterThan(1.5);
    expect(oracleOf(2) - oracleOf(1.5)).toBeCloseTo(0.5);
    expect(oracleOf(60)).toBe(oracleOf(2));
    expect(oracleSeconds({ options, paths: [], cells: [] })).toBe(0);
  });
});
