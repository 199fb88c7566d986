import { readFile } from 'node:fs/promises';
import type { Comparison } from '../../../../lib/bench/analysis/comparison/comparison.ts';
import type { Summary } from '../../../../lib/bench/analysis/summary.ts';
import { saveBaseline } from '../../../../lib/bench/results/baselines.ts';
import { callBench } from '../../../support/bench-cli.ts';
import { readJunit } from '../../../support/junit.ts';
import { newFolder } from '../../../support/temporary-folder.ts';

interface RunResult {
  readonly exitCode: number;
  readonly summary: Summary;
  readonly comparison: Comparison;
}

/** A run of a backend whose delay is far above what the rig needs. */
const SHORT =
  '--delay 20ms --repeats 3 --duration 300ms --warmup 0 --noop-limits none --bypass 0 --processes 1 --levels 1 --servings torchserve --scenarios warm --json';

describe('A run with a baseline', () => {
  const from = process.cwd();
  let saved: RunResult;

  beforeAll(async () => {
    process.chdir(newFolder());
    const { stdout } = await callBench(`run ${SHORT} --output first`);
    saved = JSON.parse(stdout) as RunResult;
    // Not by --save-baseline: on a busy machine, a run this short may be INVALID.
    await saveBaseline('first', 'main');
  });

  afterAll(() => process.chdir(from));

  it('is compared with it, and both together make the exit code', async () => {
    const { stdout, exitCode } = await callBench(
      `run ${SHORT} --baseline main --fail-on slower --ci-report junit.xml`,
    );
    const { comparison, summary } = JSON.parse(stdout) as RunResult;
    const cases = readJunit(await readFile('junit.xml', 'utf8'));

    expect(comparison.before.createdAt).toBe(saved.summary.plan.createdAt);
    expect(comparison.changes).toHaveLength(2);
    expect(summary.plan.settings.withBaseline).toBe(true);
    expect(saved.summary.plan.settings.withBaseline).toBeUndefined();
    expect(cases.map(({ kind }) => kind)).toEqual([
      'validity',
      'validity',
      'comparison',
      'comparison',
    ]);
    expect(exitCode).toBe(cases.some(({ state }) => state === 'failed') ? 1 : 0);
  });

  it('is refused before it measures if it could not be compared', async () => {
    const other = await callBench(`run ${SHORT} --delay 25ms --baseline main`);

    expect(other.exitCode).toBe(2);
    expect(JSON.parse(other.stdout)).toMatchObject({ error: { code: 'BENCH_NOT_COMPARABLE' } });
  });

  it('is refused before it measures if none of its targets was measured at its levels', async () => {
    const atTwo = SHORT.replace('--levels 1', '--levels 2');
    const { exitCode, stdout, stderr } = await callBench(`run ${atTwo} --baseline main`);

    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'BENCH_NO_COMMON_ROW' } });
    expect(stderr).not.toContain('calibrating');
  });

  it('is refused if there is no baseline of that name', async () => {
    const { stdout } = await callBench(`run ${SHORT} --baseline release`);

    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'BENCH_NO_BASELINE' } });
  });
});
