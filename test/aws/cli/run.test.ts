import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunRequest } from '../../../lib/bench/aws/run-request.ts';
import { runKeys } from '../../../lib/aws/contract/run-keys.ts';
import { durationText } from '../../../lib/bench/wording/format-number.ts';
import { printedCommands, words } from '../../support/bench-cli.ts';
import { newFolder } from '../../support/temporary-folder.ts';
import { createPairStandIns, type PairStandIns } from './pair-stand-ins.ts';
import { openDesk, type Desk } from './desk.ts';

let desk: Desk;

beforeAll(async () => {
  desk = await openDesk(3);
});

afterAll(() => desk.close());

beforeEach(async () => {
  await desk.emulator.control('commands', []);
  await desk.emulator.set({ agentOffline: '' });
});

const RUN = ['run', '--on', 'aws'];
const SMALL = words(
  '--servings tfserving --scenarios cold,warm --levels 1,2 --repeats 3 --noop-limits none',
);

const standInsFor = (request: RunRequest): PairStandIns =>
  createPairStandIns(desk.aws, desk.deployment.bucket, request);

describe('serving-compare run --on aws', () => {
  it('shows with --dry-run how long it takes and what it costs, and sends nothing', async () => {
    const dry = words('--dry-run --pairs 1,3');
    const { exitCode, stdout } = await desk.bench([...RUN, ...SMALL, ...dry]);
    const json = await desk.bench([...RUN, ...SMALL, ...dry, '--json']);
    const { seconds, usd, ...estimate } = JSON.parse(json.stdout) as Record<string, number>;

    expect(exitCode).toBe(0);
    expect(estimate).toMatchObject({ measurements: 12, pairs: [1, 3] });
    expect(stdout).toMatch(/^12 .*\b1, 3: .*\$0\.\d\d$/m);
    expect(stdout).toContain(durationText(seconds ?? Number.NaN));
    expect(stdout).toContain(`$${usd?.toFixed(2)}`);
    expect(await desk.emulator.commands()).toEqual([]);
  });

  it('commands each pair, follows the pairs to their end, merges their results and writes the report', async () => {
    const folder = join(newFolder(), 'run');
    const before = (await desk.emulator.commands()).length;
    const bench = desk.start([...RUN, ...SMALL, '--run-id', 'whole', '--output', folder]);
    const standIns = standInsFor(await desk.untilRequested('whole'));
    await standIns.write(1, { done: 1 });
    await bench.until(({ stderr }) => stderr.includes('[1/12]'));
    for (const pair of [1, 2, 3]) await standIns.write(pair);

    expect(await bench.ended).toBe(0);
    const sent = (await desk.emulator.commands()).slice(before);
    expect(sent).toHaveLength(3);
    expect(sent[0]).toMatchObject({
      document: desk.deployment.documents.RunPlan,
      parameters: {
        RunId: ['whole'],
        Pairs: ['1,2,3'],
        EndNodes: ['false'],
      },
    });
    expect(bench.stdout()).toContain('report.html');
    expect(bench.stderr()).toMatch(/^pair 2 .*\bcompleted$/m);
    expect(
      readFileSync(join(folder, 'results.jsonl'), 'utf8').match(/"kind":"measurement"/g),
    ).toHaveLength(12);
    expect(existsSync(join(folder, 'report.html'))).toBe(true);
    expect((await desk.bench(['report', folder])).exitCode).toBe(0);
  });

  it('reports why the runner did not start on a pair, and deals its repeat to another pair on --resume', async () => {
    const folder = join(newFolder(), 'run');
    await desk.emulator.control('commands', [
      {
        document: 'RunPlan',
        instance: 'pair=2',
        status: 'Failed',
        responseCode: 5,
        stderr: 'disk-full',
        times: 1,
      },
    ]);
    const bench = desk.start([...RUN, ...SMALL, '--run-id', 'two-of-three', '--output', folder]);
    const first = await desk.untilRequested(
      'two-of-three',
      ({ notStarted }) => notStarted.length > 0,
    );
    const standIns = standInsFor(first);
    await standIns.write(1, { done: 1 });
    await standIns.write(3);
    const early = [...RUN, '--resume', 'two-of-three', '--pairs', '3'];
    expect(await desk.refusal(early)).toMatchObject({ exitCode: 2, code: 'BENCH_BUSY' });
    await standIns.write(1);

    expect(await bench.ended).toBe(1);
    expect(bench.stderr()).toMatch(/\bpair 2, middleware .*\b5\b[^]*\bdisk-full\b/);
    expect(printedCommands(bench.stderr())).toEqual(
      expect.arrayContaining(['npx serving-compare run --on aws --resume two-of-three']),
    );

    const resume = ['--resume', 'two-of-three', '--pairs', '1,3', '--output', folder];
    const resumed = desk.start([...RUN, ...resume]);
    const second = await desk.untilRequested(
      'two-of-three',
      ({ repeats }) => repeats[2] === undefined,
    );

    // Pair 3 has nothing left to do.
    expect(second).toMatchObject({
      pairs: [1],
      repeats: { 1: [1, 2], 3: [3] },
      keptMeasurements: 4,
    });
    const measurements = [...standIns.share(1), ...standIns.share(2)];
    await standIns.write(1, { measurements });

    expect(await resumed.ended).toBe(0);
    expect(
      readFileSync(join(folder, 'results.jsonl'), 'utf8').match(/"kind":"measurement"/g),
    ).toHaveLength(12);
  });

  it('treats a pair whose node lost its connection as lost, and continues with the others', async () => {
    const folder = join(newFolder(), 'run');
    const options = ['--run-id', 'silent', '--output', folder];
    const bench = desk.start([...RUN, ...SMALL, ...options]);
    const request = await desk.untilRequested('silent');
    const standIns = standInsFor(request);
    await standIns.write(3, { done: 1 });
    for (const pair of [1, 2]) await standIns.write(pair);
    await desk.emulator.set({ agentLost: 'pair=3' });

    expect(await bench.ended).toBe(1);
    expect(bench.stderr()).toMatch(/^pair 3 \w+ lost: .*\(i-\w+\)/m);
    expect(printedCommands(bench.stderr())).toEqual(
      expect.arrayContaining(['npx serving-compare run --on aws --resume silent']),
    );
    expect(existsSync(join(folder, 'report.html'))).toBe(true);
    await desk.emulator.set({ agentLost: '' });
    await standIns.write(3, { done: 1, status: { state: 'failed' } });
  });

  it('lets the run continue if Ctrl-C ends the display', async () => {
    const bench = desk.start([...RUN, ...SMALL, '--run-id', 'detached', '--pairs', '1']);
    await bench.until(({ stderr }) => stderr.includes('[0/'));
    bench.child.kill('SIGINT');

    expect(await bench.ended).toBe(130);
    expect(printedCommands(bench.stderr())).toEqual([
      'npx serving-compare status detached --watch',
      'npx serving-compare fetch detached',
      'npx serving-compare cancel detached',
    ]);
    const documents = (await desk.emulator.commands()).map(({ document }) => document);
    expect(documents).not.toContain(desk.deployment.documents.CancelRun);

    const another = [...RUN, ...SMALL, '--run-id', 'other', '--pairs', '1'];
    expect(await desk.refusal(another)).toMatchObject({ exitCode: 2, code: 'BENCH_BUSY' });

    const cancelled = await desk.bench(['cancel', 'detached']);
    expect(cancelled).toMatchObject({ exitCode: 0 });
    const standIns = standInsFor(await desk.untilRequested('detached'));
    await standIns.write(1, { done: 2, status: { state: 'cancelled' } });
  });

  it('lets the run continue, and says so, if the credentials expire while it is followed', async () => {
    const bench = desk.start([...RUN, ...SMALL, '--run-id', 'expiring', '--pairs', '1']);
    await bench.until(({ stderr }) => stderr.includes('[0/'));
    await desk.emulator.set({ expired: 's3:*' });
    const exitCode = await bench.ended;
    await desk.emulator.set({ expired: '' });
    const standIns = standInsFor(await desk.untilRequested('expiring'));
    await standIns.write(1, { done: 2, status: { state: 'cancelled' } });

    expect(exitCode).toBe(130);
    expect(bench.stderr()).not.toMatch(/^error: /m);
    expect(bench.stderr()).toMatch(/\bexpired\b/);
    expect(printedCommands(bench.stderr())).toEqual([
      'npx serving-compare status expiring --watch',
      'npx serving-compare fetch expiring',
      'npx serving-compare cancel expiring',
    ]);
  });

  it('sends nothing if an agent does not answer, and says what fixes it', async () => {
    const before = (await desk.emulator.commands()).length;
    await desk.emulator.set({ agentOffline: 'pair=2' });

    expect(await desk.refusal([...RUN, ...SMALL, '--run-id', 'unwell'])).toMatchObject({
      exitCode: 2,
      code: 'BENCH_NODES',
      hint: expect.stringContaining('get-console-output') as string,
    });
    expect((await desk.emulator.commands()).length).toBe(before);
    expect(await desk.listKeys(runKeys.run('unwell'))).toEqual([]);
  });

  it('sends nothing if the nodes end themselves before the run does', async () => {
    const long = ['--duration', '3600s', '--run-id', 'too-long'];
    const { exitCode, code, hint = '' } = await desk.refusal([...RUN, ...SMALL, ...long]);

    expect({ exitCode, code }).toEqual({ exitCode: 2, code: 'BENCH_DEADLINE' });
    const hours = /serving-compare extend (\d+h)/.exec(hint)?.[1] ?? '';
    const extended = await desk.bench(['extend', hours]);
    expect(extended.stdout).toMatch(/^6 of 6 /);
    const sent = await desk.bench([...RUN, ...SMALL, ...long, '--detach']);
    expect(sent.exitCode).toBe(0);
    // With --detach nobody may be there to remove the nodes.
    expect((await desk.emulator.commands()).at(-1)).toMatchObject({
      parameters: { EndNodes: ['true'] },
    });
  });

  it.each([
    ['BENCH_RUN_EXISTS', '--run-id whole'],
    ['BENCH_USAGE', '--images .'],
    ['BENCH_USAGE', '--pairs 9'],
    ['BENCH_NO_REPEAT', '--repeats 2'],
    ['BENCH_USAGE', '--run-id A/b'],
    ['BENCH_NO_RUN', '--resume nothing'],
    ['BENCH_NOTHING_LEFT', '--resume whole'],
  ])('refuses with %s: %s', async (code, options) => {
    expect(await desk.refusal([...RUN, ...words(options)])).toMatchObject({ exitCode: 2, code });
  });
});
