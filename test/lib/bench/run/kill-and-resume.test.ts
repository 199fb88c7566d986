import { existsSync } from 'node:fs';
import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '../../../../lib/bench/stats/random.ts';
import { readRunFolder } from '../../../../lib/bench/results/run-folder.ts';
import { callBench, startBench, untilAlone } from '../../../support/bench-cli.ts';
import { exitCodeByChecks } from '../../../support/exit-code.ts';
import { newFolder } from '../../../support/temporary-folder.ts';

const KILLS = 3;
const MAX_LIFE_MS = 2500;
/** Longest time that a runner lives after it has finished a measurement. */
const MAX_REST_MS = 1000;
/** Longest time that a runner needs for its first measurement. */
const MAX_START_MS = 240_000;
/** More measurements than the killed runners can finish, so that each kill interrupts one. */
const MEASUREMENTS = 8;
const MEASUREMENT_LINE = '{"kind":"measurement"';

jest.setTimeout(600_000);

/** Sends few requests, because only starts and ends matter here, and a closed loop with the no-op backend would use all cores. */
const options = `--servings triton_pytorch,torchserve --scenarios cold,warm --rates 10,20 --repeats 1
  --arrivals constant --engine noop --duration 0.5s --warmup 0 --seed 11`;

const readText = async (path: string): Promise<string> =>
  existsSync(path) ? readFile(path, 'utf8') : '';

const measurementsIn = (text: string): number =>
  text.split('\n').filter((line) => line.startsWith(MEASUREMENT_LINE)).length;

/** Resolves when the file holds more than `count` measurements. */
const measurementAfter = async (path: string, count: number): Promise<void> => {
  const deadlineMs = performance.now() + MAX_START_MS;
  while (measurementsIn(await readText(path)) <= count) {
    if (performance.now() > deadlineMs)
      throw new Error(`no measurement was finished after ${count}`);
    await sleep(20);
  }
};

describe('A runner that is killed', () => {
  it('repeatedly at random moments loses no finished measurement, leaves no process behind, and ends with the measurements of an uninterrupted run', async () => {
    const folder = join(newFolder(), 'run');
    const random = createRandom(2026);
    const results = join(folder, 'results.jsonl');
    let finished = '';

    for (let kill = 0; kill < KILLS; kill += 1) {
      const begun = existsSync(join(folder, 'plan.json'));
      const bench = startBench(
        begun ? `run --resume ${folder}` : `run ${options} --processes 1 --output ${folder}`,
      );
      const life =
        kill % 2 === 0
          ? sleep(500 + random() * MAX_LIFE_MS)
          : // This one finishes a measurement, however slow the machine is.
            measurementAfter(results, measurementsIn(finished)).then(() =>
              sleep(random() * MAX_REST_MS),
            );
      await Promise.race([bench.ended, life]);
      bench.child.kill('SIGKILL');
      await bench.ended;
      // A runner that had ended by itself would have no signal.
      expect([kill, bench.child.signalCode]).toEqual([kill, 'SIGKILL']);
      await untilAlone(bench);

      const now = await readText(results);
      const whole = finished.slice(0, finished.lastIndexOf('\n') + 1);
      expect(now.startsWith(whole)).toBe(true);
      finished = now;
    }
    expect(measurementsIn(finished)).toBeGreaterThanOrEqual(Math.floor(KILLS / 2));
    expect(measurementsIn(finished)).toBeLessThan(MEASUREMENTS);
    await appendFile(results, '{"kind":"measurement","state":');
    const { exitCode, stderr } = await callBench(`run --resume ${folder}`);
    const planned = await callBench(`plan ${options} --json`);

    expect(stderr).toMatch(/results\.jsonl\D+\d+/);
    expect(exitCode).toBe(await exitCodeByChecks(folder));
    const { records } = await readRunFolder(folder);
    const ids = records.flatMap((record) =>
      record.kind === 'measurement' ? [record.measurement.id] : [],
    );
    const { measurements } = JSON.parse(planned.stdout) as {
      measurements: readonly { id: string }[];
    };
    expect(ids).toEqual(measurements.map(({ id }) => id));
    expect(measurementsIn(await readText(results))).toBe(MEASUREMENTS);
  });
});
