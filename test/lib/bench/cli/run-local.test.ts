import { readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeOnnx } from '../../../../serving-configs/models/onnx/messages.ts';
import { servingNames } from '../../../../serving-configs/index.ts';
import type { Summary } from '../../../../lib/bench/analysis/summary.ts';
import { readRunFolder } from '../../../../lib/bench/results/run-folder.ts';
import type { Plan } from '../../../../lib/bench/model/plan.ts';
import { planHash } from '../../../../lib/bench/plan/seal-plan.ts';
import { sum } from '../../../../lib/bench/stats/moments.ts';
import {
  callBench,
  refusalOf,
  startBench,
  untilAlone,
  type BenchProcess,
} from '../../../support/bench-cli.ts';
import { tinyClassifier } from '../../../serving-configs/models/onnx/tiny-classifier.ts';
import { isCompleted } from '../../../support/recorded-run.ts';
import { newFolder } from '../../../support/temporary-folder.ts';
import { pythonStandIn } from '../../../support/python-stand-in.ts';

describe('A run with servers from packages', () => {
  let bench: BenchProcess;
  let env: Readonly<Record<string, string>>;
  let cache: string;
  let folder: string;

  beforeAll(async () => {
    cache = newFolder();
    folder = join(newFolder(), 'run');
    env = await pythonStandIn(cache, 'python');
    // ResNet-50 takes every server a second to load.
    const model = join(newFolder(), 'small.onnx');
    writeFileSync(model, encodeOnnx(tinyClassifier));
    bench = startBench(
      `run --runtime venv --servings all --protocols rest,grpc --noop-limits none --scenarios warm --levels 1
      --repeats 1 --duration 250ms --warmup 0 --processes 1 --model ${model} --json --output ${folder}`,
      env,
    );
    await bench.ended;
  });

  it('measures the installed servings over both protocols, and names the others and the stand-ins', async () => {
    const { summary } = JSON.parse(bench.stdout()) as { readonly summary: Summary };
    const { plan, records } = await readRunFolder(folder);
    const html = await readFile(join(folder, 'report.html'), 'utf8');
    const csv = await readFile(join(folder, 'summary.csv'), 'utf8');

    // The stand-ins answer at once, so a row may be too close to the no-op limit.
    expect(await bench.ended).toBe(summary.validity?.valid === true ? 0 : 1);
    expect(plan).toMatchObject({
      where: 'local',
      runtime: 'venv',
      served: {
        flask: { platform: expect.stringMatching(/^Flask \d/) as unknown, real: true },
        tfserving: { real: false, note: expect.stringMatching(/^A stand-in/) as unknown },
      },
    });
    expect(plan.leftOut).toHaveLength(servingNames.length - Object.keys(plan.served ?? {}).length);
    const triton = plan.leftOut?.find(({ serving }) => serving === 'triton_pytorch');
    expect(summary.measurements).toMatchObject({ completed: 2 * plan.targets.length, failed: 0 });
    expect(
      summary.answerChecks.every(({ state: how, trained }) => how === 'passed' && trained),
    ).toBe(true);
    const cpuMs = records
      .filter(isCompleted)
      .map(({ servingUse }) => servingUse?.cpuMs ?? Number.NaN);
    // The guard itself uses almost no CPU time, so this comes from its child processes. It is counted in ticks of 10 ms, and a window may
    // have none.
    expect(sum(cpuMs)).toBeGreaterThan(0);
    // The first process below the guard is the server.
    const idle = records.filter(isCompleted).map(({ start }) => start?.idleMemoryMiB ?? 0);
    expect(Math.max(...idle)).toBeGreaterThan(20);
    expect(html).toContain(triton?.reason);
    expect(html).toContain('Flask 3.');
    expect(html).toContain('TensorFlow Serving (REST, JSON, stand-in)');
    expect(csv.match(/^tfserving,[\w-]+/gm)).toEqual(['tfserving,stand-in', 'tfserving,stand-in']);
    // Every server was stopped in order, and no process is left. On a busy machine, they may have been started one by one as well.
    const [started = '', stopped] = ['started', 'stopped'].map((name) =>
      readFileSync(join(cache, name), 'utf8'),
    );
    const servings = new Set(plan.targets.map(({ serving }) => serving));
    expect(started.trim().split('\n').length).toBeGreaterThanOrEqual(servings.size);
    expect(stopped).toBe(started);
    await untilAlone(bench);
  });

  it('continues only with the same runtime and the same software', async () => {
    const resume = `run --resume ${folder}`;
    const planFile = join(folder, 'plan.json');
    const plan = readFileSync(planFile, 'utf8');
    const otherRuntime = await refusalOf(`${resume} --runtime simulated`, env);
    const edited = JSON.parse(plan.replace(/"Flask [^"]*"/, '"Flask 1"')) as Plan;
    writeFileSync(planFile, JSON.stringify({ ...edited, hash: planHash(edited) }));
    const otherVersion = await refusalOf(resume, env);
    writeFileSync(planFile, plan);
    const same = await callBench(resume, env);

    expect(otherRuntime.code).toBe('BENCH_OTHER_HOST');
    expect(otherVersion).toMatchObject({
      code: 'BENCH_OTHER_SOFTWARE',
      message: expect.stringContaining('Flask 1,') as unknown,
    });
    expect(same.exitCode).toBe(await bench.ended);
  });
});
