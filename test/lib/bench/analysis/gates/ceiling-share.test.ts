import { ceilingOf, ceilingCellsByPath } from '../../../../../lib/bench/analysis/ceiling.ts';
import { ceilingGate } from '../../../../../lib/bench/analysis/gates/ceiling-share.ts';
import { cellOf, loadOf } from './gate-cells.ts';

/** A row of this rate against a null engine that carries 100 requests/s. */
const gateAt = (...rates: readonly number[]) => {
  const carried = cellOf(loadOf(1000, 40));
  const ceilings = ceilingCellsByPath([{ ...carried, cell: { ...carried.cell, engine: 'null' } }]);
  const cells = rates.map((rate, index) => cellOf(loadOf(rate * 10, 50), { repeat: index + 1 }));
  const ceiling = ceilingOf(cells, ceilings);
  return ceilingGate({ repeats: rates.length, ...(ceiling === undefined ? {} : { ceiling }) });
};

describe('the gate of the ceiling', () => {
  it('passes up to its limit, and fails beyond it with what to do', () => {
    expect(gateAt(70)).toMatchObject({ state: 'passed', figure: 0.7, limit: 0.7 });
    expect(gateAt(71)).toEqual({
      gate: 'ceiling',
      state: 'failed',
      figure: 0.71,
      limit: 0.7,
      finding:
        'The path reached 71.0 % of the 100 requests/s that the apparatus carries with the null engine; limit 70.0 %.',
      advice:
        'The serving may be faster than this: give middleware and load engine more cores, or nodes of their own.',
    });
  });

  it('fails where one repeat of many comes near, and names it', () => {
    expect(gateAt(20, 20, 80)).toMatchObject({
      state: 'failed',
      figure: 0.8,
      finding: expect.stringContaining('Repeat 3 reached 80.0 % of the 100 requests/s') as string,
    });
  });

  it('fails above the ceiling, and says that the ceiling is wrong and not the serving fast', () => {
    expect(gateAt(100)).toMatchObject({
      advice: expect.stringContaining('may be faster') as string,
    });
    const { state, advice } = gateAt(90, 110);

    expect(state).toBe('failed');
    expect(advice).toMatch(/^The ceiling is not usable: .* measure again, with --ceilings each\.$/);
  });

  it('is unknown without a ceiling, and says how to get one', () => {
    expect(ceilingGate({ repeats: 1 })).toEqual({
      gate: 'ceiling',
      state: 'unknown',
      finding: 'What the apparatus carries on this path is not known.',
      advice: 'Measure with ceilings, and those in a closed loop too.',
    });
  });
});
