// A run whose load comes from the real k6, in bypass runs too.
import { join } from 'node:path';
import { runBench } from '../../support/bench-cli.ts';
import { measurementsIn } from '../../support/measurements-in.ts';
import { newFolder } from '../../support/temporary-folder.ts';
import { installedK6 } from './installed-k6.ts';

describe('A run with k6', () => {
  it('measures the measurement and its bypass run with k6', async () => {
    const folder = join(newFolder(), 'run');
    await runBench(
      `run --servings tfserving --scenarios warm --levels 2 --load-generator k6 --bypass 1s
      --noop-limits none --duration 1s --warmup 0 --repeats 1 --processes 1 --output ${folder}`,
      { SERVING_COMPARE_K6: installedK6() },
    );

    expect(await measurementsIn(folder)).toMatchObject([
      {
        state: 'completed',
        load: { generator: 'k6', failed: 0 },
        bypass: { state: 'completed', failed: 0, durationSeconds: 1 },
      },
    ]);
  });
});
