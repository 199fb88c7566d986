import path from 'node:path';
import type { Summary } from '../../lib/bench/analysis/summary.ts';
import { startBench } from '../support/bench-cli.ts';
import { newFolder } from '../support/temporary-folder.ts';

describe('a plan with many models', () => {
  it('says how long each server takes, and how much memory it needs', async () => {
    const bench = startBench('plan --profile many --runtime venv');
    await bench.ended;
    expect(bench.stdout()).toMatch(/flask: about .+ min .+ and \d+ MiB/);
  });
});

describe('a run with many models on Flask', () => {
  let summary: Summary;

  beforeAll(async () => {
    const bench = startBench(
      `run --profile many --runtime venv --servings flask --counts 1,4 --duration 300ms --json
      --output ${path.join(newFolder(), 'run')}`,
    );
    await bench.ended;
    ({ summary } = JSON.parse(bench.stdout()) as { readonly summary: Summary });
  }, 180_000);

  it('holds all models in one process, and each gives its own answers', () => {
    expect(summary.validity?.valid).toBe(true);
    const [server] = summary.manyModels?.servers ?? [];
    expect(server).toMatchObject({ how: 'coded', held: 4, mixedUp: [], wrong: 0, leftOver: 0 });
    expect(server?.memory.processesPerModel).toBeCloseTo(0);
    expect(server?.load).toMatchObject({ failed: 0, tooEarly: 0 });
  });

  it('refuses names that are not there and a broken file, and works afterwards', () => {
    const [server] = summary.manyModels?.servers ?? [];
    expect(server?.errors).toMatchObject({
      unknown: { kind: 'clear', status: '404' },
      unloaded: { kind: 'clear', status: '404' },
      broken: { kind: 'refused', othersRight: true, laterLoads: true, repaired: true },
    });
  });
});
