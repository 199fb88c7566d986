import { join } from 'node:path';
import { childOutput, startChild } from '../../../../lib/bench/run/child-process.ts';
import { scripts } from '../../../../lib/bench/run/project-files.ts';
import { newFolder } from '../../../support/temporary-folder.ts';

const failure = { code: 'BENCH_ANSWERS', what: 'nothing was computed' } as const;
const { signal } = new AbortController();

describe('The error for a program of ours that ended badly', () => {
  it('has the reason and the hint that it reported', async () => {
    const args = ['--serving', 'nowhere'];

    await expect(childOutput(scripts.serving, args, failure, signal)).rejects.toMatchObject({
      code: 'BENCH_ANSWERS',
      message: expect.stringContaining('"nowhere"') as unknown,
      hint: expect.any(String) as unknown,
    });
  });

  it('quotes its last lines if it reported none', async () => {
    const script = join(newFolder(), 'missing.ts');

    await expect(childOutput(script, [], failure, signal)).rejects.toMatchObject({
      message: expect.stringMatching(/ 1; .*:\n/) as unknown,
      hint: undefined,
    });
  });
});

describe('A program of ours', () => {
  it('is told from its reported failure after it has ended', async () => {
    const child = startChild(scripts.serving, ['--serving', 'nowhere']);

    expect(await child.ended).toMatchObject({ exitCode: 2 });
    expect(child.failure()?.hint).not.toBe('');
  });
});
