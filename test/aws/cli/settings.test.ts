import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SINGLE } from '../../../serving-configs/settings.ts';
import { words } from '../../support/bench-cli.ts';
import { writeRecordedRunFolder } from '../../support/recorded-run-folder.ts';
import { newFolder } from '../../support/temporary-folder.ts';
import { tunedRun } from '../../support/tuned-plan.ts';
import { openDesk, type Desk } from './desk.ts';

let desk: Desk;

beforeAll(async () => {
  // A pair for each run.
  desk = await openDesk(3);
});

afterAll(() => desk.close());

const RUN = ['run', '--on', 'aws'];
const BATCHES = { ...SINGLE, instances: 2, maxBatch: 8 };

describe('serving-compare run --on aws', () => {
  it('sends the settings of a file to the pairs', async () => {
    const file = join(newFolder(), 'settings.yaml');
    writeFileSync(file, 'maxBatch: [1, 8]\nbatchDelayMs: 2\n');
    const { exitCode, stderr } = await desk.bench([
      ...RUN,
      ...words('--servings tfserving --repeats 2 --run-id settings --pairs 1 --detach --settings'),
      file,
    ]);
    const { plan } = await desk.untilRequested('settings');

    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(plan.options.settings).toEqual({ maxBatch: [1, 8], batchDelayMs: [2] });
    expect(
      await desk.refusal([...RUN, ...words('--resume settings --settings'), file]),
    ).toMatchObject({ code: 'BENCH_USAGE' });
  });

  it('searches the best settings on one pair, and says how long that takes and what it costs', async () => {
    const search = words('--profile tune --slo-p99 100ms --servings tfserving --run-id search');
    const onOne = [...RUN, ...search, '--pairs', '2'];
    const { exitCode, stdout } = await desk.bench([...onOne, '--dry-run']);
    const refused = await desk.refusal([...RUN, ...search]);
    const started = await desk.bench([...onOne, '--detach']);
    const { repeats, totalMeasurements } = await desk.untilRequested('search');

    expect([exitCode, started.exitCode]).toEqual([0, 0]);
    expect(stdout).toMatch(/^\d+ measurements on pair 2: about .* and \$\d\.\d\d$/m);
    expect(refused).toMatchObject({ code: 'BENCH_NO_REPEAT' });
    expect(Object.keys(repeats)).toEqual(['2']);
    expect(totalMeasurements).toBeGreaterThan(20);
  });

  it('measures the settings again that a search has found', async () => {
    const folder = newFolder();
    const searched = tunedRun({ fixedMs: 8, perInputMs: 2 }, ['default', BATCHES]);
    await writeRecordedRunFolder(folder, searched);
    const tuned = ['--tuned', folder, '--run-id', 'tuned', '--pairs', '3', '--detach'];
    const { exitCode, stderr } = await desk.bench([...RUN, ...tuned]);
    const { plan } = await desk.untilRequested('tuned');

    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(plan.options).toMatchObject({
      profile: 'tune',
      sloP99Ms: [100],
      candidates: [{ settings: BATCHES }],
    });
  });
});
