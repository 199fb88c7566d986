import {
  baseStackName,
  pairOfStackName,
  pairStackName,
} from '../../../../lib/aws/contract/stack-names.ts';

describe('stack names', () => {
  it('give back the pair that they were made from', () => {
    expect(pairOfStackName('bench', pairStackName('bench', 12))).toBe(12);
  });

  it('tell the stacks of a deployment from all others', () => {
    const otherNames = [
      baseStackName('bench'),
      pairStackName('bench-two', 1),
      pairStackName('other', 1),
      'bench-pair-0',
      'bench-pair-x',
      'bench-pair-',
    ];

    expect(otherNames.map((name) => pairOfStackName('bench', name))).toEqual(
      otherNames.map(() => undefined),
    );
  });
});
