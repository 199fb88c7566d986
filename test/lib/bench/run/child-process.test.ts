import { type Child, childFailure } from '../../../../lib/bench/run/child-process.ts';

const end = { exitCode: 2, signal: null, spawnError: undefined };
const failureOf = (words: string) => {
  const child = { lastLines: () => words } as unknown as Child;
  return childFailure('BENCH_SETUP', 'nothing was installed', child, end);
};

describe('The error for a script that ended badly', () => {
  it('has the reason and the hint that it printed', () => {
    expect(failureOf('building\nerror: no disk\nhint:  make room\n')).toMatchObject({
      message: 'no disk',
      hint: 'make room',
    });
  });

  it('keeps all lines of a reason, such as the last lines of a program', () => {
    expect(
      failureOf('error: pip ended with 1:\n  no such package\n  giving up\nhint:  try again\n'),
    ).toMatchObject({
      message: 'pip ended with 1:\n  no such package\n  giving up',
      hint: 'try again',
    });
    expect(failureOf('error: pip ended with 1:\n  giving up\n').message).toBe(
      'pip ended with 1:\n  giving up',
    );
  });

  it('says how it ended if it printed none', () => {
    expect(failureOf('Killed\n').message).toContain('nothing was installed: ');
  });
});
