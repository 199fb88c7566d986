import { existsSync, readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Summary } from '../../../../lib/bench/analysis/summary.ts';
import type { Plan } from '../../../../lib/bench/model/plan.ts';
import { planHash } from '../../../../lib/bench/plan/seal-plan.ts';
import { readRunFolder } from '../../../../lib/bench/results/run-folder.ts';
import { statementOf } from '../../../../lib/bench/wording/statement.ts';
import { refusalOf, callBench, startBench, untilAlone } from '../../../support/bench-cli.ts';
import { exitCodeByChecks } from '../../../support/exit-code.ts';
import { measurementsIn } from '../../../support/measurements-in.ts';
import { newFolder } from '../../../support/temporary-folder.ts';

const SHORT = '--duration 0.3s --warmup 0.1s --repeats 1 --processes 1';

interface RunOutput {
  readonly statement: string;
  readonly exitCode: number;
  readonly files: { readonly html: string; readonly charts: readonly string[] };
  readonly summary: Summary;
}

const measurementsOf = async (folder: string): Promise<string[]> =>
  (await measurementsIn(folder)).map(({ measurement }) => measurement.id);

describe('A run', () => {
  it('measures the engine, its no-op limit and a bypass run, checks the answers first, and writes the report', async () => {
    const folder = join(newFolder(), 'run');
    const { exitCode, stdout, stderr } = await callBench(
      `run --servings triton_pytorch --scenarios warm --levels 2 --bypass 2s --json
      --output ${folder} ${SHORT} --processes 2`,
    );
    const output = JSON.parse(stdout) as RunOutput;
    const { plan, environment, records } = await readRunFolder(folder);

    expect(output.statement).toBe(statementOf(plan));
    expect(output.exitCode).toBe(exitCode);
    expect(output.summary.measurements).toMatchObject({ completed: 3, failed: 0, missing: 0 });
    expect(output.summary.answerChecks.map(({ state }) => state)).toEqual(['passed', 'passed']);
    expect(existsSync(output.files.html)).toBe(true);
    expect(output.files.charts.length).toBeGreaterThan(0);
    // On a busy machine, the calibration may be off, and is then repeated at the end.
    const kinds = records.map(({ kind }) => kind);
    expect(kinds.slice(0, 7)).toEqual([
      'calibration',
      'pilot',
      'answer-check',
      'measurement',
      'measurement',
      'answer-check',
      'measurement',
    ]);
    expect(new Set(records.map((record) => record.planHash))).toEqual(new Set([plan.hash]));
    expect(plan.images).toHaveLength(8);
    expect(plan.model).toMatchObject({
      weights: 'random',
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
    });
    expect(environment).toMatchObject({
      seed: plan.seed,
      processes: { middleware: 2, serving: 1, load: 1 },
    });
    expect(readdirSync(join(folder, 'samples'))).toHaveLength(3);
    expect(existsSync(join(folder, 'lock'))).toBe(false);
    expect(stderr).toMatch(/\[3\/3\] .* · Triton \(PyTorch\),\s+2 VUs/);
    const starts = records.flatMap((record) =>
      record.kind === 'measurement' && record.state === 'completed' ? (record.start ?? []) : [],
    );
    expect(starts).toHaveLength(2);
    for (const start of starts) {
      expect(start.timeToReadyMs).toBeGreaterThan(10);
      expect(start.firstRequestMs).toBeGreaterThan(0);
      expect(start.idleMemoryMiB).toBeGreaterThan(20);
      expect(start.idleCpuShare).toBeGreaterThanOrEqual(0);
    }
    for (const record of records) {
      if (record.kind !== 'measurement' || record.state !== 'completed') continue;
      const { start, measurement } = record;
      expect(start !== undefined).toBe(measurement.block === 1);
      expect(record.middleware.cpuMs).toBeGreaterThan(0);
      expect(record.servingUse?.cpuMs).toBeGreaterThan(0);
      // Those of the warm-up, too.
      expect(record.servingUse?.answers).toBeGreaterThan(record.load.succeeded);
      const { bypass } = record;
      const hasBypass = measurement.engine !== 'noop' && measurement.block === 1;
      expect(bypass?.state).toBe(hasBypass ? 'completed' : undefined);
      if (bypass?.state !== 'completed') continue;
      expect(bypass).toMatchObject({ durationSeconds: 2, images: 8, failed: 0 });
      expect(bypass.requestRatePerSecond).toBeGreaterThan(0);
    }
    const [calibration] = records.filter((record) => record.kind === 'calibration');
    expect(calibration).toMatchObject({
      state: 'completed',
      target: { protocol: 'rest', payload: 'tensor' },
    });
    const check = output.summary.rows[0]?.checks?.find(
      (rowCheck) => rowCheck.check === 'calibration',
    );
    // On a busy machine all tries may be wrong.
    expect(check?.state === 'passed' || calibration?.tries.length === 3).toBe(true);
    expect(stderr).toMatch(/^calibrating .* 25 ms …/m);
    const shares = output.summary.rows.map(({ bypass }) => bypass?.share);
    expect(shares).toEqual([expect.any(Number), undefined]);
  });

  it('ends within its time limit, with whole repeats, and prints its answer with what it compared first and the file to open', async () => {
    const folder = join(newFolder(), 'run');
    // A closed loop with the no-op backend would use all cores.
    const { exitCode, stdout, stderr } = await callBench(
      `run --servings tfserving --scenarios warm --rates 10,20 --arrivals constant --engine noop
      --repeats 500 --duration 0.3s --warmup 0 --max-time 15s --output ${folder}`,
    );
    const again = await callBench(`report ${folder}`);
    const { plan, stopped, measurements } = JSON.parse(
      await readFile(join(folder, 'summary.json'), 'utf8'),
    ) as Summary;
    const { repeats } = plan.options;

    expect(exitCode).toBe(await exitCodeByChecks(folder));
    expect(stdout.replaceAll(/\s+/g, ' ').startsWith(statementOf(plan))).toBe(true);
    expect(stdout).toMatch(/^At [12]0 requests\/s \(constant\)/m);
    expect(stdout).toContain(join(folder, 'report.html'));
    expect(stdout).not.toContain('\u001B');
    // There is one target.
    expect(stdout + stderr).not.toContain('side by side');
    expect(again).toEqual({ exitCode, stdout, stderr: '' });
    expect(stopped).toEqual({ why: 'time-up', repeats, planned: 500 });
    expect(repeats).toBeGreaterThanOrEqual(1);
    expect(measurements).toMatchObject({ completed: 4 * repeats, missing: 0 });
    // The first repeat is always measured. No further one begins after the limit, which has room for 16.
    const beganMs = new Map(
      (await measurementsIn(folder))
        .toReversed()
        .map(({ measurement: { repeat }, startedAt }) => [repeat, Date.parse(startedAt)] as const),
    );
    const further = [...beganMs].filter(([repeat]) => repeat > 1);
    expect(Math.max(0, ...further.map(([, ms]) => ms))).toBeLessThan(
      Date.parse(plan.createdAt) + 15_000,
    );
    expect(repeats).toBeLessThanOrEqual(16);
  });

  it('records a measurement whose serving dies as failed, with its last lines, and continues', async () => {
    const folder = join(newFolder(), 'run');
    // Long windows with few requests.
    const bench = startBench(
      `run --servings tfserving --scenarios warm --rates 10,20 --arrivals constant
      --engine noop --repeats 1 --duration 2s --warmup 0 --output ${folder}`,
    );
    const samples = join(folder, 'samples');
    await bench.until(() => existsSync(samples) && readdirSync(samples).length === 1);
    for (const pid of bench.descendants()) {
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      if (command.includes('reference/main.ts')) process.kill(pid, 'SIGKILL');
    }

    expect(await bench.ended).toBe(1);
    const measurements = await measurementsIn(folder);
    expect(measurements.map(({ state }) => state)).toEqual([
      'failed',
      'completed',
      'completed',
      'completed',
    ]);
    expect(measurements[0]).toMatchObject({
      code: 'BENCH_SERVING_DIED',
      message: expect.stringContaining('SIGKILL') as unknown,
    });
    await untilAlone(bench);
  });
});

describe('An interrupted run', () => {
  const options = `--servings tfserving --scenarios warm --levels 1,2,3 --engine noop ${SHORT}`;

  it('stops its processes, exits with 130, says how to continue, and can be continued', async () => {
    const folder = join(newFolder(), 'run');
    const bench = startBench(`run ${options} --output ${folder}`);
    await bench.until(({ stderr }) => stderr.includes('[1/6]'));
    bench.child.kill('SIGINT');

    expect(await bench.ended).toBe(130);
    expect(bench.stderr()).toContain(`--resume ${folder}`);
    await untilAlone(bench);
    expect((await measurementsOf(folder)).length).toBeLessThan(6);

    const resumed = await callBench(`run --resume ${folder}`);
    // Each measurement was made once, by one of the two processes.
    expect(resumed.exitCode).toBe(await exitCodeByChecks(folder));
    expect(resumed.stderr).toMatch(/^resumed: [1-5] of 6 /m);
    const { plan } = await readRunFolder(folder);
    expect(await measurementsOf(folder)).toEqual(plan.measurements.map(({ id }) => id));
  });

  it('ends at once at the second Ctrl-C; is refused while its folder is in use, and with another plan, other images or a changed plan', async () => {
    const folder = join(newFolder(), 'run');
    const resume = `run --resume ${folder}`;
    const bench = startBench(`run ${options} --duration 30s --output ${folder}`);
    await bench.until(() => existsSync(join(folder, 'environment.json')));
    const inUse = await refusalOf(resume);
    bench.child.kill('SIGINT');
    bench.child.kill('SIGINT');
    const exitCode = await bench.ended;
    await untilAlone(bench);
    const images = newFolder();
    const photograph = join(import.meta.dirname, '../../../../k6/images/cat.jpg');
    await writeFile(join(images, 'cat.jpg'), await readFile(photograph));
    const otherPlan = await refusalOf(`${resume} --repeats 2`);
    const otherImages = await refusalOf(`${resume} --images ${images}`);
    const planFile = join(folder, 'plan.json');
    const plan = await readFile(planFile, 'utf8');
    await writeFile(planFile, plan.replaceAll('"durationSeconds": 30', '"durationSeconds": 1'));
    const changed = await refusalOf(resume);
    const onAws: Plan = { ...(JSON.parse(plan) as Plan), where: 'aws' };
    await writeFile(planFile, JSON.stringify({ ...onAws, hash: planHash(onAws) }));
    const elsewhere = await refusalOf(resume);
    const again = await refusalOf(`run --output ${folder}`);

    expect(exitCode).toBe(130);
    expect([inUse, otherPlan, otherImages, changed, elsewhere, again]).toMatchObject([
      { exitCode: 2, code: 'BENCH_LOCKED' },
      { code: 'BENCH_OTHER_OPTIONS' },
      { code: 'BENCH_OTHER_INPUTS' },
      { code: 'BENCH_FOLDER' },
      { code: 'BENCH_OTHER_HOST', hint: expect.stringContaining('--on') as unknown },
      { exitCode: 2, code: 'BENCH_FOLDER_IN_USE' },
    ]);
  });
});
