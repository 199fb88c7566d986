import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runKeys } from '../../../lib/deployment/run-keys.ts';
import type { Measurement } from '../../../lib/bench/model/measurement.ts';
import { samplesFileOf } from '../../../lib/bench/results/run-folder.ts';
import { deleteObjects, putObject, writeJson } from '../../../lib/bench/aws/objects.ts';
import { newRunRequest, type RunRequest } from '../../../lib/bench/aws/run-request.ts';
import { useTemporaryFolders } from '../../support/temporary-folder.ts';
import { playPairs, type PlayedPair } from './played-pair.ts';
import { DEPLOYMENT, openDesk, type Desk } from './desk.ts';

const newFolder = useTemporaryFolders();

jest.setTimeout(120_000);

let place: Desk;

beforeAll(async () => {
  place = await openDesk(2);
});

afterAll(() => place.leave());

/** A run of two pairs with four measurements each, of which so many are done. */
const played = async (
  runId: string,
  done: readonly [number, number],
): Promise<{ readonly request: RunRequest; readonly pairs: PlayedPair }> => {
  const request = newRunRequest(
    { name: DEPLOYMENT, servings: ['tfserving'], runtime: 'simulated' },
    {
      scenarios: ['cold', 'warm'],
      levels: [
        { loop: 'closed', virtualUsers: 1 },
        { loop: 'closed', virtualUsers: 2 },
      ],
      repeats: 2,
      noopLimits: 'none',
    },
    { runId, pairs: [1, 2], at: new Date() },
  );
  const { bucket } = place.deployment;
  await writeJson(place.aws, bucket, runKeys.request(runId), request);
  const pairs = playPairs(place.aws, bucket, request);
  for (const [index, count] of done.entries()) {
    await pairs.write(index + 1, { measurements: pairs.share(index + 1), done: count });
  }
  return { request, pairs };
};

const measurementLinesOf = (folder: string): readonly string[] =>
  readFileSync(join(folder, 'results.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line.includes('"kind":"measurement"'));

describe('serving-compare fetch', () => {
  it('downloads a run, joins its pairs, writes the report; a second call downloads only what is new or was damaged', async () => {
    const folder = join(newFolder(), 'run');
    const { pairs } = await played('again', [4, 2]);
    const first = await place.bench(['fetch', 'again', '--output', folder]);

    // Two measurements are missing.
    expect(first.exitCode).toBe(1);
    expect(first.stderr).toMatch(/(\d+) files are in .* \1 of them downloaded now/);
    expect(measurementLinesOf(folder)).toHaveLength(6);

    // S3 says when an object was written in whole seconds.
    await sleep(1100);
    await pairs.write(2, { measurements: pairs.share(2), done: 4 });
    const damaged = join(folder, 'objects/pair-1/results.jsonl');
    const whole = readFileSync(damaged, 'utf8');
    writeFileSync(damaged, whole.slice(0, 100));
    rmSync(join(folder, 'objects/pair-1/plan.json'));
    const second = await place.bench(['fetch', 'again', '--output', folder]);

    expect(second.exitCode).toBe(0);
    // The damaged and the missing one, and what the second pair wrote.
    expect(second.stderr).toContain(' 9 files are in ');
    expect(second.stderr).toContain(', 6 of them downloaded now');
    expect(readFileSync(damaged, 'utf8')).toBe(whole);
    expect(measurementLinesOf(folder)).toHaveLength(8);
    expect(statSync(join(folder, 'report.html')).size).toBeGreaterThan(10_000);
  });

  it('uses the figures and samples of the pair that finished, if two pairs measured a repeat', async () => {
    const folder = join(newFolder(), 'run');
    const { pairs } = await played('twice', [2, 4]);
    const measurements = [1, 2].flatMap(pairs.share);
    await pairs.write(2, { measurements, done: measurements.length });
    const name = samplesFileOf(measurements[0] as Measurement);
    for (const pair of [1, 2]) {
      const key = `${runKeys.pair('twice', pair)}samples/${name}`;
      await putObject(place.aws, place.deployment.bucket, key, `of pair ${pair}`);
    }
    await place.bench(['fetch', 'twice', '--output', folder]);

    expect(measurementLinesOf(folder)).toHaveLength(8);
    for (const line of measurementLinesOf(folder)) expect(line).toContain('"pair":2');
    expect(readFileSync(join(folder, 'samples', name), 'utf8')).toContain('of pair 2');
  });

  it('deletes a run only after it is fetched and while no pair is working on it', async () => {
    const folder = join(newFolder(), 'run');
    const { pairs } = await played('deleted', [4, 1]);
    const refused = await place.bench(['fetch', 'deleted', '--delete', '--output', folder]);

    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('pair 2 is still working on deleted; nothing was deleted');
    expect(refused.stderr).toContain('--force');

    await pairs.write(2, { measurements: pairs.share(2), done: 4 });
    const done = await place.bench(['fetch', 'deleted', '--delete', '--output', folder]);

    expect(done.exitCode).toBe(0);
    expect(await place.keys(runKeys.run('deleted'))).toEqual([]);
    expect(measurementLinesOf(folder)).toHaveLength(8);
  });

  it('deletes every run, but nothing that it has not fetched', async () => {
    const folder = newFolder();
    await played('one', [4, 4]);
    await played('two', [4, 4]);
    await putObject(place.aws, place.deployment.bucket, 'somebody/else', 'text');
    const { exitCode, stderr } = await place.bench([
      'fetch',
      '--all',
      '--delete',
      '--force',
      '--output',
      folder,
    ]);

    expect(exitCode).toBe(2);
    expect(stderr).toContain('still has 1 object, the first is somebody/else');
    expect(await place.keys()).toEqual(['somebody/else']);
    expect(measurementLinesOf(join(folder, 'one'))).toHaveLength(8);
    expect(existsSync(join(folder, 'two/report.html'))).toBe(true);
    await deleteObjects(place.aws, place.deployment.bucket, ['somebody/else']);
  });

  it('deletes no run of a pair whose node is running but whose agent is offline', async () => {
    const folder = join(newFolder(), 'run');
    await played('offline', [4, 1]);
    await place.emulator.set({ agentLost: 'pair=2' });
    const status = await place.bench(['status', 'offline']);
    const refused = await place.bench(['fetch', 'offline', '--delete', '--output', folder]);
    await place.emulator.set({ agentLost: '' });

    expect(status.stdout).toContain('lost the connection');
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('pair 2 is still working on offline; nothing was deleted');
    await place.bench(['fetch', 'offline', '--delete', '--force', '--output', folder]);
  });

  it('lists the existing runs if the named one is missing, and refuses the folder of another run', async () => {
    await played('known', [4, 4]);
    const unknown = await place.bench(['fetch', 'unknown']);

    expect(unknown.exitCode).toBe(2);
    expect(unknown.stderr).toContain('there is no run unknown in the bucket');
    expect(unknown.stderr).toContain('there are known');

    const folder = newFolder();
    writeFileSync(join(folder, 'plan.json'), '{}');
    const refused = await place.bench(['fetch', 'known', '--output', folder]);

    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('already holds a run that was made on this machine');
  });
});
