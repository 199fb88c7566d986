import { areCorrect, checkedOutputs } from '../../../../lib/bench/analysis/answer-checks.ts';
import type { ComparedOutput } from '../../../../serving-configs/models/tensors/compare-tensors.ts';

const compared = (passed: boolean, relativeDifference: number): ComparedOutput => ({
  output: 'scores',
  check: 'allclose',
  passed,
  worst: { index: [0], expected: '1', answered: '2', relativeDifference },
});

describe('The outputs of a target', () => {
  it('are each represented by the answer that differs most, wrong answers first', () => {
    const outputs = checkedOutputs([
      { file: 'a', outputs: [compared(true, 0.5)] },
      { file: 'b', outputs: [compared(false, 0.1)] },
      { file: 'c', outputs: [compared(true, 0.2)] },
      { file: 'd', error: '502' },
    ]);

    expect(outputs).toMatchObject([{ output: 'scores', file: 'b', correct: 2 }]);
  });

  it('are correct if all of them pass and there is no error', () => {
    expect(areCorrect({ file: 'a', outputs: [compared(true, 0), compared(true, 0)] })).toBe(true);
    expect(areCorrect({ file: 'a', outputs: [compared(true, 0), compared(false, 1)] })).toBe(false);
    expect(areCorrect({ file: 'a', error: 'gone' })).toBe(false);
  });
});
