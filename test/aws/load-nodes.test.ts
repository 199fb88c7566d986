import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Environment } from '../../lib/bench/results/environment.ts';
import type { CompletedCell, OracleCheck, ResultRecord } from '../../lib/bench/results/record.ts';
import { servingNames } from '../../serving-configs/index.ts';
import { startEmulator, type EmulatedMachine, type Emulator } from './support/emulator.ts';
import { createOperator, mirrorK6, STUBS, type Operator } from './support/operator.ts';
import { statusOf } from './support/run-status.ts';
import { successOf } from './support/success.ts';
import { until } from './support/until.ts';

const MINUTE_MS = 60_000;

const [serving = ''] = servingNames;

/** One serving, and as many cells as levels. */
const PLAN: readonly string[] = [
  '--profile=quick',
  `--servings=${serving}`,
  '--payloads=image',
  '--scenarios=warm',
  '--repeats=1',
  '--warmup=1',
  '--duration=3',
  '--no-ceilings',
];

const recordsOf = async (results: string): Promise<readonly ResultRecord[]> => {
  const text = await readFile(join(results, 'results.jsonl'), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as ResultRecord);
};

const cellsOf = async (results: string): Promise<readonly CompletedCell[]> =>
  (await recordsOf(results)).filter((record): record is CompletedCell => record.kind === 'cell');

const oraclesOf = async (results: string): Promise<readonly OracleCheck[]> =>
  (await recordsOf(results)).filter((record) => record.kind === 'oracle');

describe('a pair with two load nodes', () => {
  let emulator: Emulator;
  let operator: Operator;
  let loadNodes: readonly EmulatedMachine[] = [];

  beforeAll(async () => {
    emulator = await startEmulator({ machines: true, stubs: STUBS });
    operator = await createOperator(emulator);
    await operator.configure({
      name: 'loaded',
      loadNodes: 2,
      servings: [serving],
      k6: await mirrorK6(emulator),
    });
    await operator.bench('doctor', '--pin-amis');
    successOf(await operator.cdk('bootstrap'));
  }, 3 * MINUTE_MS);

  afterAll(async () => {
    await operator.leave();
    await emulator.stop();
  }, MINUTE_MS);

  it(
    'comes up as four nodes, and is found in order',
    async () => {
      successOf(await operator.deploy());
      const boots = await emulator.boots();
      const { stdout } = successOf(await operator.bench('doctor'));
      const nodes = await Promise.all(
        (await emulator.machines()).map(async (machine) => ({
          machine,
          environment: await emulator.machineFile(
            machine.instance,
            '/etc/serving-compare/node.env',
          ),
        })),
      );
      loadNodes = nodes
        .filter(({ environment }) => environment?.includes('SC_ROLE=load') === true)
        .map(({ machine }) => machine);

      expect(boots.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0]);
      expect(stdout.match(/pair 1 load/g)).toHaveLength(2);
      expect(loadNodes).toHaveLength(2);
    },
    6 * MINUTE_MS,
  );

  it(
    'gets its load from them, and says so in results and report',
    async () => {
      const run = await operator.bench(
        'run',
        '--on',
        'aws',
        '--run-id',
        'shared',
        '--levels=1,5',
        ...PLAN,
      );
      const results = join(operator.folder, 'results/shared');
      const cells = await cellsOf(results);
      const environment = JSON.parse(
        await readFile(join(results, 'environment.json'), 'utf8'),
      ) as Environment;
      const report = await readFile(join(results, 'report.html'), 'utf8');
      const ids = loadNodes.map(({ instance }) => instance);
      const senders = cells.map(({ load }) => load.loadNodes?.map(({ instanceId }) => instanceId));

      // 1: a shared machine may be the limit of what it measures, which the report then says.
      expect({ ok: run.code === 0 || run.code === 1, run }).toMatchObject({ ok: true });
      expect(cells.map(({ state, cell }) => [state, cell.level])).toEqual(
        expect.arrayContaining([
          ['completed', { loop: 'closed', virtualUsers: 1 }],
          ['completed', { loop: 'closed', virtualUsers: 5 }],
        ]),
      );
      expect(cells).toHaveLength(2);
      // One user needs one node.
      expect(new Set(senders.map((names) => names?.length))).toEqual(new Set([1, 2]));
      expect(new Set(senders.flat())).toEqual(new Set(ids));
      for (const { load, nodes, middleware } of cells) {
        const shares = load.loadNodes ?? [];
        expect(load).toMatchObject({ generator: 'k6', failed: 0, durationSeconds: 3 });
        expect(load.succeeded).toBeGreaterThan(0);
        expect(shares.reduce((sum, { succeeded }) => sum + succeeded, 0)).toBe(load.succeeded);
        expect(load.bins.reduce((sum, { succeeded }) => sum + succeeded, 0)).toBe(load.succeeded);
        expect(shares.map(({ figures }) => figures?.samples)).not.toContain(undefined);
        expect(nodes?.middleware).toBeDefined();
        // Its window is that of the load.
        expect(middleware.cpuMs).toBeGreaterThan(0);
      }
      const [oracle, ...more] = await oraclesOf(results);
      expect(more).toEqual([]);
      expect(oracle).toMatchObject({ state: 'completed', pair: 1 });
      // They sent the one picture that it is measured with, and got its right answer.
      for (const { succeeded, failed, roundTripMs } of oracle?.tries ?? []) {
        expect({ failed, roundTripMs }).toEqual({ failed: 0, roundTripMs: expect.any(Number) });
        expect(succeeded).toBeGreaterThan(0);
      }
      expect(environment.processes.load).toBe(2);
      expect(environment.aws?.pairs[0]?.loadInstances?.toSorted()).toEqual(ids.toSorted());
      expect(report).toContain('2 load nodes c5.xlarge');
    },
    12 * MINUTE_MS,
  );

  it(
    'fails the cells of a run, saying which node was lost, where one of them goes',
    async () => {
      const [lost] = loadNodes;
      const id = lost?.instance ?? '';
      const detached = ['run', '--on', 'aws', '--run-id', 'torn', '--detach'];
      successOf(await operator.bench(...detached, ...PLAN, '--levels=2,4', '--timeout=5'));
      const sent = (await emulator.commands()).length;
      await until(
        () => emulator.commands(),
        (commands) => commands.slice(sent).some(({ parameters }) => 'JobKey' in parameters),
        2 * MINUTE_MS,
      );
      await emulator.kill(id, 'terminated');
      await until(
        () => statusOf(operator, 'torn'),
        (now) => now?.pairs[0]?.cells.failed === 2,
        5 * MINUTE_MS,
      );
      await operator.bench('fetch', 'torn');
      const cells = await cellsOf(join(operator.folder, 'results/torn'));
      const again = await operator.bench('run', '--on', 'aws', '--run-id', 'again', ...PLAN);

      for (const cell of cells) {
        expect(cell).toMatchObject({
          state: 'failed',
          code: 'BENCH_LOAD_NODE_LOST',
          message: expect.stringContaining(`the load node ${id} `),
        });
      }
      expect(cells).toHaveLength(2);
      expect(again.code).toBe(2);
      expect(again.stderr).toContain(`the load node of pair 1 (${id})`);
    },
    9 * MINUTE_MS,
  );
});
