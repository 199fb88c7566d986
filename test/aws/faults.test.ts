import { join } from 'node:path';
import { servingNames } from '../../serving-configs/index.ts';
import { words } from '../support/bench-cli.ts';
import { startEmulator, type Emulator } from './support/emulator.ts';
import { createOperator, mirrorK6, STUBS, type Operator } from './support/operator.ts';
import { statusOf, untilCompleted } from './support/run-status.ts';
import { successOf } from './support/success.ts';
import { measurementsIn } from '../support/measurements-in.ts';
import { readUntil } from '../support/read-until.ts';

const MINUTE_MS = 60_000;

jest.setTimeout(15 * MINUTE_MS);

/** Six repeats of one serving, two on each of three pairs. */
const PLAN = words(
  `--servings ${servingNames[0]} --levels 1,2 --scenarios warm --repeats 6 --warmup 0.5s --duration 1.5s --noop-limits none`,
);
const MEASUREMENTS = 12;

interface Pair {
  readonly serving: string;
  readonly middleware: string;
}

describe('a deployment in trouble', () => {
  let emulator: Emulator;
  let operator: Operator;
  let k6: Awaited<ReturnType<typeof mirrorK6>>;

  beforeAll(async () => {
    emulator = await startEmulator({ machines: true, stubs: STUBS });
    operator = await createOperator(emulator);
    k6 = await mirrorK6(emulator);
    await operator.configure({
      name: 'trouble',
      runtime: 'simulated',
      availabilityZone: 'us-east-1a',
      ...k6,
    });
    successOf(await operator.cdk('bootstrap'));
  });

  afterAll(async () => {
    await operator.leave();
    await emulator.stop();
  });

  const pairOf = async (pair: number): Promise<Pair> => {
    const { stdout } = successOf(
      await emulator.run('aws', [
        'cloudformation',
        'describe-stacks',
        `--stack-name=trouble-pair-${pair}`,
        '--query=Stacks[0].Outputs[].[OutputKey,OutputValue]',
        '--output=json',
      ]),
    );
    const outputs = new Map(JSON.parse(stdout) as readonly (readonly [string, string])[]);
    return {
      serving: outputs.get('ServingInstanceId') ?? '',
      middleware: outputs.get('MiddlewareInstanceId') ?? '',
    };
  };

  it('ends "cdk deploy" long before its time-out with the last lines of a failed bootstrap, and leaves no node', async () => {
    const configuration = await operator.configuration();
    await operator.configure({ ...configuration, k6Sha256: 'f'.repeat(64) });
    const startedAt = performance.now();
    const { code, stderr } = await operator.deploy();
    const elapsedMs = performance.now() - startedAt;
    const machines = await emulator.machines();
    await operator.configure(configuration);

    expect(code).toBe(1);
    expect(stderr).toMatch(/WaitCondition\b.*'middleware\b/);
    expect(stderr).toMatch(/step=k6 rc=/);
    expect(stderr).toContain(k6.k6Sha256);
    expect(elapsedMs).toBeLessThan(10 * MINUTE_MS);
    expect(machines.filter(({ running }) => running)).toEqual([]);
  });

  it('starts three pairs at once, even if the first zone has no capacity', async () => {
    const configuration = await operator.configuration();
    await emulator.set({ capacity: 'g4dn.xlarge@us-east-1a' });
    await operator.configure({
      ...configuration,
      pairs: 3,
      otherAvailabilityZones: ['us-east-1b'],
    });
    const cdkOptions = ['--require-approval', 'never', '--concurrency', '3'];
    successOf(await operator.bench('deploy', '--', ...cdkOptions));
    await emulator.set({ capacity: '' });

    expect((await emulator.machines()).filter(({ online }) => online)).toHaveLength(6);
  });

  it('completes a run of three pairs although a runner is killed, an upload refused and a pair lost', async () => {
    const [first, , third] = await Promise.all([pairOf(1), pairOf(2), pairOf(3)]);
    await emulator.control('s3fail', {
      key: 'runs/hard/pair-2/results',
      action: 'PutObject',
      status: 503,
      times: 6,
    });
    const run = operator.startBench('run', '--on=aws', '--run-id=hard', ...PLAN);
    const assertRunning = (): void => {
      if (run.process.exitCode !== null) throw new Error(run.printed());
    };
    await untilCompleted(
      emulator,
      { runId: 'hard', assertRunning },
      // Not the second pair, which reports only after the refused uploads, when the third may have finished.
      (completed) => [1, 3].every((pair) => (completed.get(pair) ?? 0) >= 1),
      3 * MINUTE_MS,
    );
    await emulator.kill(third.middleware);
    await emulator.onMachine(
      first.middleware,
      'systemctl kill --kill-whom=main --signal=KILL serving-compare-run@hard.service',
    );
    const ended = await run.ended;
    const refusalsLeft = await emulator.control('s3fail');
    const after = await statusOf(operator, 'hard');
    const results = join(operator.folder, 'results/hard');
    const before = await measurementsIn(results);
    const resumed = await operator.bench('run', '--on', 'aws', '--resume', 'hard');
    const measurements = await measurementsIn(results);
    const table = await operator.bench('status', 'hard');

    expect(refusalsLeft).toEqual([]);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/pair 3/);
    expect(ended.stderr).toContain('npx serving-compare run --on aws --resume hard');
    // The killed runner was restarted and resumed the run by itself.
    expect(after?.pairs.find(({ pair }) => pair === 1)).toMatchObject({
      state: 'completed',
      starts: 2,
    });
    expect(after?.pairs.find(({ pair }) => pair === 2)).toMatchObject({ state: 'completed' });
    expect(before.length).toBeGreaterThan((MEASUREMENTS * 2) / 3);
    expect(before.length).toBeLessThan(MEASUREMENTS);
    expect({ code: resumed.code === 2, stderr: resumed.stderr }).toMatchObject({ code: false });
    expect(new Set(measurements.map(({ measurement }) => measurement.id)).size).toBe(MEASUREMENTS);
    expect(measurements.filter(({ state }) => state !== 'completed')).toEqual([]);
    expect(table.stdout).toMatch(/^12 of 12 measurements$/m);
  });

  it('loses a pair whose nodes reach their deadline, and can still be destroyed', async () => {
    const { serving } = await pairOf(1);
    await emulator.onMachine(serving, 'echo 1000000000 > /etc/serving-compare/deadline');
    await emulator.onMachine(serving, 'systemctl start serving-compare-deadline.service');
    const gone = await readUntil(
      async () => (await emulator.machines()).find(({ instance }) => instance === serving),
      (machine) => machine?.state === 'terminated',
      MINUTE_MS,
      1000,
    );
    await operator.bench('fetch', '--all', '--delete', '--force');
    successOf(await operator.destroy());

    expect(gone?.running).toBe(false);
  });
});
