import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import { conditionKind } from '../../../../lib/bench/cli/fail-conditions.ts';
import { printResult, type PrintOptions } from '../../../../lib/bench/cli/run-result.ts';
import { reportOf } from '../../../../lib/bench/report/report.ts';
import { recordingConsole } from '../../../support/bench-cli.ts';
import { recordedRun } from '../../../support/recorded-run.ts';

const run = recordedRun({ durationSeconds: 3 });

const files = {
  html: 'a',
  markdown: 'b',
  json: 'c',
  csv: ['d'],
  charts: [],
};

/** Prints a run; returns the output and the exit code. */
const printRun = async (options: Partial<PrintOptions>, data = run) => {
  const { console, written } = recordingConsole();
  const summary = summarise(data);
  const report = { title: '', head: [], sections: [] };
  const exitCode = await printResult({ summary, report, files }, 'folder', console, {
    json: false,
    withStatement: true,
    ...options,
  });
  return { exitCode, summary, ...written };
};

const failIf = (...conditions: readonly string[]): Partial<PrintOptions> => ({
  'fail-if': conditions.map((text) => conditionKind.read(text)),
});

describe('The exit code of a run', () => {
  it('is 0 if the run is valid, even if a serving failed requests', async () => {
    const { exitCode, summary } = await printRun({});

    expect(summary.rows.some(({ failed = 0 }) => failed > 0)).toBe(true);
    expect(exitCode).toBe(0);
  });

  it('is 1 if the run is invalid', async () => {
    const { exitCode } = await printRun({}, { ...run, records: run.records.slice(0, -1) });

    expect(exitCode).toBe(1);
  });

  it('is 1 if a condition fails, and each condition has a line with its mark', async () => {
    const passing = await printRun(failIf('p50>1h'));
    const { exitCode, stdout } = await printRun(failIf('p50>1h', 'p50>1ms'));

    expect(passing.exitCode).toBe(0);
    expect(exitCode).toBe(1);
    expect(stdout.match(/^[✓✗](?= p50)/gm)).toEqual(['✓', '✗']);
  });

  it('is in the JSON too, with the state of each condition', async () => {
    const { exitCode, stdout } = await printRun({ ...failIf('p50>1ms'), json: true });

    expect(JSON.parse(stdout)).toMatchObject({
      exitCode,
      conditions: [{ condition: 'p50>1ms', state: 'failed' }],
    });
  });
});

describe('The report for CI', () => {
  it('does not hide the answer if it cannot be written at the end', async () => {
    const { console, written } = recordingConsole();
    const summary = summarise(run);
    const result = printResult({ summary, report: reportOf(summary), files }, 'folder', console, {
      json: false,
      withStatement: true,
      'ci-report': '/proc/y.xml',
    });

    await expect(result).rejects.toMatchObject({ code: 'BENCH_FOLDER' });
    expect(written.stdout).toMatch(/^RESULT/m);
  });
});
