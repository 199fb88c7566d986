import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runKeys } from '../../../lib/deployment/run-keys.ts';
import { until, words } from '../../support/bench-cli.ts';
import { useTemporaryFolders } from '../../support/temporary-folder.ts';
import { playPairs } from './played-pair.ts';
import { openDesk, type Desk } from './desk.ts';

const newFolder = useTemporaryFolders();

jest.setTimeout(120_000);

let place: Desk;

beforeAll(async () => {
  place = await openDesk(3);
});

afterAll(() => place.leave());

beforeEach(async () => {
  await place.emulator.control('commands', []);
  await place.emulator.set({ agentOffline: '' });
});

const RUN = ['run', '--on', 'aws'];
const SMALL = words(
  '--servings tfserving --scenarios cold,warm --levels 1,2 --repeats 3 --noop-limits none',
);

describe('serving-compare run --on aws', () => {
  it('shows with --dry-run how long it takes and what it costs, and sends nothing', async () => {
    const dry = words('--dry-run --pairs 1,3');
    const { exitCode, stdout } = await place.bench([...RUN, ...SMALL, ...dry]);

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^12 measurements on pairs 1, 3: about .* and \$0\.\d\d/);
    expect(await place.emulator.commands()).toEqual([]);
  });

  it('commands each pair, follows the pairs to their end, joins their results and writes the report', async () => {
    const folder = join(newFolder(), 'run');
    const before = (await place.emulator.commands()).length;
    const bench = place.start([...RUN, ...SMALL, '--run-id', 'whole', '--output', folder]);
    const request = await place.request('whole');
    const pairs = playPairs(place.aws, place.deployment.bucket, request);
    await pairs.write(1, { measurements: pairs.share(1), done: 1 });
    await until(() => bench.stderr().includes('[1/12]'), bench.stderr);
    for (const pair of [1, 2, 3]) {
      await pairs.write(pair, { measurements: pairs.share(pair), done: pairs.share(pair).length });
    }

    expect(await bench.ended).toBe(0);
    const sent = (await place.emulator.commands()).slice(before);
    expect(sent).toHaveLength(3);
    expect(sent[0]).toMatchObject({
      document: place.deployment.documents.RunPlan,
      parameters: {
        RunId: ['whole'],
        Pairs: ['1,2,3'],
        Options: [SMALL.join(' ')],
        EndNodes: ['false'],
      },
    });
    expect(bench.stdout()).toContain('report.html');
    expect(bench.stderr()).toContain('pair 2 is completed');
    expect(
      readFileSync(join(folder, 'results.jsonl'), 'utf8').match(/"kind":"measurement"/g),
    ).toHaveLength(12);
    expect(existsSync(join(folder, 'report.html'))).toBe(true);
    expect((await place.bench(['report', folder])).exitCode).toBe(0);
  });

  it('reports why the runner did not start on a pair, and gives its repeat to another pair on --resume', async () => {
    const folder = join(newFolder(), 'run');
    await place.emulator.control('commands', [
      {
        document: 'RunPlan',
        instance: 'pair=2',
        status: 'Failed',
        responseCode: 5,
        stderr: 'the disk of this node is full',
        times: 1,
      },
    ]);
    const bench = place.start([...RUN, ...SMALL, '--run-id', 'two-of-three', '--output', folder]);
    const first = await place.request('two-of-three', ({ notStarted }) => notStarted.length > 0);
    const played = playPairs(place.aws, place.deployment.bucket, first);
    for (const pair of [1, 3]) {
      await played.write(pair, {
        measurements: played.share(pair),
        done: played.share(pair).length,
      });
    }

    expect(await bench.ended).toBe(1);
    expect(bench.stderr()).toContain('exit code 5');
    expect(bench.stderr()).toContain('the disk of this node is full');
    expect(bench.stderr()).toContain('npx serving-compare run --on aws --resume two-of-three');

    const resume = ['--resume', 'two-of-three', '--pairs', '1,3', '--output', folder];
    const resumed = place.start([...RUN, ...resume]);
    const second = await place.request('two-of-three', ({ repeats }) => repeats !== undefined);

    // The other one has nothing left to do.
    expect(second).toMatchObject({ pairs: [1], repeats: { 1: [1, 2] }, keptMeasurements: 4 });
    const measurements = [...played.share(1), ...played.share(2)];
    await played.write(1, { measurements, done: measurements.length });

    expect(await resumed.ended).toBe(0);
    expect(
      readFileSync(join(folder, 'results.jsonl'), 'utf8').match(/"kind":"measurement"/g),
    ).toHaveLength(12);
  });

  it('treats a pair whose node lost its connection as lost, and continues with the others', async () => {
    const folder = join(newFolder(), 'run');
    const options = ['--run-id', 'silent', '--output', folder];
    const bench = place.start([...RUN, ...SMALL, ...options]);
    const request = await place.request('silent');
    const played = playPairs(place.aws, place.deployment.bucket, request);
    await played.write(3, { measurements: played.share(3), done: 1 });
    for (const pair of [1, 2]) {
      await played.write(pair, {
        measurements: played.share(pair),
        done: played.share(pair).length,
      });
    }
    await place.emulator.set({ agentLost: 'pair=3' });

    expect(await bench.ended).toBe(1);
    expect(bench.stderr()).toMatch(
      /pair 3 is lost: the serving node of pair 3 \(i-\w+\): its SSM agent lost/,
    );
    expect(bench.stderr()).toContain('npx serving-compare run --on aws --resume silent');
    expect(existsSync(join(folder, 'report.html'))).toBe(true);
    await place.emulator.set({ agentLost: '' });
    await played.write(3, { measurements: played.share(3), done: 1, status: { state: 'failed' } });
  });

  it('lets the run continue if Ctrl-C ends the display', async () => {
    const bench = place.start([...RUN, ...SMALL, '--run-id', 'detached', '--pairs', '1']);
    await until(() => bench.stderr().includes('[0/'), bench.stderr);
    bench.child.kill('SIGINT');

    expect(await bench.ended).toBe(130);
    for (const line of [
      'npx serving-compare status detached',
      'npx serving-compare fetch detached',
      'npx serving-compare cancel detached',
    ]) {
      expect(bench.stderr()).toContain(line);
    }
    const documents = (await place.emulator.commands()).map(({ document }) => document);
    expect(documents).not.toContain(place.deployment.documents.CancelRun);

    const again = await place.bench([...RUN, ...SMALL, '--run-id', 'other', '--pairs', '1']);
    expect(again.exitCode).toBe(2);
    expect(again.stderr).toContain('pair 1 is still working on the run detached');

    const cancelled = await place.bench(['cancel', 'detached']);
    expect(cancelled).toMatchObject({ exitCode: 0 });
    const played = playPairs(place.aws, place.deployment.bucket, await place.request('detached'));
    await played.write(1, {
      measurements: played.share(1),
      done: 2,
      status: { state: 'cancelled' },
    });
  });

  it('sends nothing if an agent does not answer, and says what fixes it', async () => {
    const before = (await place.emulator.commands()).length;
    await place.emulator.set({ agentOffline: 'pair=2' });
    const { exitCode, stderr } = await place.bench([...RUN, ...SMALL, '--run-id', 'unwell']);

    expect(exitCode).toBe(2);
    expect(stderr).toContain('its SSM agent never connected');
    expect(stderr).toContain('aws ec2 get-console-output');
    expect((await place.emulator.commands()).length).toBe(before);
    expect(await place.keys(runKeys.run('unwell'))).toEqual([]);
  });

  it('sends nothing if the nodes end themselves before the run does', async () => {
    const long = ['--duration', '3600s', '--run-id', 'too-long'];
    const { exitCode, stderr } = await place.bench([...RUN, ...SMALL, ...long]);

    expect(exitCode).toBe(2);
    expect(stderr).toContain('the nodes end themselves in');
    const hours = /serving-compare extend (\d+h)/.exec(stderr)?.[1] ?? '';
    const extended = await place.bench(['extend', hours]);
    expect(extended.stdout).toContain('6 of 6 nodes');
    const sent = await place.bench([...RUN, ...SMALL, ...long, '--detach']);
    expect(sent.exitCode).toBe(0);
    // Nobody looks after the nodes of such a run.
    expect(sent.stderr).toContain('its nodes end once all results are in the bucket');
    expect((await place.emulator.commands()).at(-1)).toMatchObject({
      parameters: { EndNodes: ['true'] },
    });
  });

  it('refuses a run id that is taken, options of a local run, and pairs that do not exist', async () => {
    const configFile = join(newFolder(), 'c.json');
    writeFileSync(configFile, '{"pairs": 3}');
    for (const [args, why] of [
      [[...RUN, '--run-id', 'whole'], 'the run whole already exists'],
      [[...RUN, '--images', '.'], '--images is only for --on local'],
      [[...RUN, '--pairs', '9'], 'there is no pair 9'],
      [[...RUN, '--repeats', '2'], '3 pairs cannot share a plan of 2 repeats'],
      [[...RUN, '--run-id', 'A/b'], '--run-id: "A/b" does not fit'],
      [[...RUN, '--resume', 'nothing'], 'there is no run nothing'],
      [
        [...RUN, '--resume', 'whole', '--config', configFile],
        'every measurement of whole is finished',
      ],
    ] as const) {
      const { exitCode, stderr } = await place.bench(args);

      expect(exitCode).toBe(2);
      expect(stderr).toContain(why);
    }
  });
});
