import { RUN_ID_PATTERN, runKeys } from '../../../../lib/aws/contract/run-keys.ts';

describe('the keys of a run', () => {
  it('lie below the run, each pair apart from the others', () => {
    const keys = [
      runKeys.plan('r', 1),
      runKeys.results('r', 1),
      runKeys.status('r', 1),
      runKeys.logs('r', 1, 'serving'),
    ];

    expect(keys.filter((key) => !key.startsWith(runKeys.pair('r', 1)))).toEqual([]);
    expect(runKeys.pair('r', 1).startsWith(runKeys.run('r'))).toBe(true);
    expect(runKeys.pair('r', 11).startsWith(runKeys.pair('r', 1))).toBe(false);
  });

  it('refuse a run id that could leave its prefix', () => {
    const pattern = new RegExp(RUN_ID_PATTERN);

    expect(
      ['..', 'a/b', '', '-a', 'a-', 'A', 'a'.repeat(50)].filter((id) => pattern.test(id)),
    ).toEqual([]);
    expect(
      ['a', '2026-01-31t12-00-00-quick', 'a'.repeat(49)].filter((id) => !pattern.test(id)),
    ).toEqual([]);
  });
});
