import { GATES } from '../../../../../lib/bench/analysis/gates/gate.ts';
import { gateFacts } from '../../../../../lib/bench/analysis/gates/gate-facts.ts';
import { oracleGate } from '../../../../../lib/bench/analysis/gates/oracle.ts';
import { rowGates } from '../../../../../lib/bench/analysis/gates/row-gates.ts';
import { peakRates } from '../../../../../lib/bench/analysis/gates/server-idle.ts';
import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import type { CompletedCell } from '../../../../../lib/bench/model/record.ts';
import { recordedRun } from '../../../../support/recorded-run.ts';
import { cellOf, loadOf, rowOf, statesOf } from './gate-cells.ts';

const gatesOf = (cells: readonly CompletedCell[]) => {
  const row = rowOf({ repeats: cells.length });
  return rowGates(row, cells, peakRates([row]), oracleGate([]));
};

const [steady, busy, busier] = [0.4, 0.85, 0.95].map((busiestCpuShare, index) =>
  cellOf(loadOf(400, 100), { busiestCpuShare, repeat: index + 1 }),
) as [CompletedCell, CompletedCell, CompletedCell];

describe('the gates of a row', () => {
  it('are all there, in their order, and each is explained', () => {
    expect(gatesOf([steady]).map(({ gate }) => gate)).toEqual(GATES);
    expect(Object.keys(gateFacts)).toEqual(GATES);
  });

  it('tell what each repeat gave, where there are several', () => {
    const [gate] = gatesOf([steady, busy, busier]).filter((one) => one.gate === 'middleware-cpu');

    expect(gate).toMatchObject({
      state: 'failed',
      figure: 0.95,
      repeats: [
        { repeat: 1, state: 'passed', figure: 0.4, limit: 0.8 },
        { repeat: 2, state: 'failed', figure: 0.85, limit: 0.8 },
        { repeat: 3, state: 'failed', figure: 0.95, limit: 0.8 },
      ],
    });
    expect(gatesOf([steady]).some(({ repeats }) => repeats !== undefined)).toBe(false);
  });

  it('fail with one repeat that does, in its words, where all together would hide it', () => {
    // 0.9 and 1.1 of what fits: together they fit.
    const cells = [3.6, 4.4, 4, 4].map((meanInFlight, index) =>
      cellOf(loadOf(400, 100, { meanInFlight }), { repeat: index + 1 }),
    );
    const [little] = gatesOf(cells);

    expect(little?.state).toBe('failed');
    expect(little?.finding).toMatch(/^Repeat [12]: X·R, .* ÷ N is (0\.900|1\.10), 10\.0 % from 1/);
    expect(little?.repeats?.map(({ state }) => state)).toEqual([
      'failed',
      'failed',
      'passed',
      'passed',
    ]);
  });

  it('of a clean run are passed, not asked or unknown, and a ceiling has none', () => {
    const { rows } = summarise(recordedRun());

    expect(statesOf(rows.find(({ engine }) => engine === 'onnx')?.gates)).toEqual({
      little: 'passed',
      'generator-cpu': 'passed',
      'middleware-cpu': 'passed',
      ceiling: 'passed',
      direct: 'unknown',
      schedule: 'not-applicable',
      'server-idle': 'unknown',
      'gpu-throttled': 'unknown',
      censoring: 'passed',
      oracle: 'passed',
    });
    expect(rows.filter(({ engine }) => engine === 'null').every(({ gates }) => !gates)).toBe(true);
  });
});
