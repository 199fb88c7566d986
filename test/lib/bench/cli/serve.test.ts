import { readFileSync } from 'node:fs';
import { startBench, until, untilAlone } from '../../../support/bench-cli.ts';

jest.setTimeout(120_000);

describe('serving-compare serve', () => {
  it('prints a curl line and what answers it, and ends with Ctrl-C', async () => {
    const bench = startBench(['serve', 'torchserve', '--engine', 'noop', '--port', '0']);
    await until(() => /^curl .*\n/m.test(bench.stdout()), bench.stderr);

    expect(bench.stdout()).toMatch(
      /^Simulated TorchServe API, not the real server: .*weights not trained/,
    );
    bench.child.kill('SIGINT');
    expect(await bench.ended).toBe(0);
    await untilAlone(bench);
  });

  it('ends with 2 where the serving ends by itself', async () => {
    const bench = startBench(['serve', 'tfserving', '--engine', 'noop', '--port', '0', '--json']);
    await until(() => bench.stdout().endsWith('}\n'), bench.stderr);
    const { curl } = JSON.parse(bench.stdout()) as { curl: string };
    expect(curl).toContain('curl -H');
    const serving = bench
      .descendants()
      .find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('main.ts'));
    process.kill(serving ?? Number.NaN, 'SIGKILL');

    expect(await bench.ended).toBe(2);
    expect(bench.stdout()).toContain('BENCH_SERVING_DIED');
    await untilAlone(bench);
  });
});
