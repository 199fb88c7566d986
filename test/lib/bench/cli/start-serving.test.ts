import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRunFolder } from '../../../../lib/bench/results/run-folder.ts';
import { statementOf } from '../../../../lib/bench/wording/statement.ts';
import {
  interrupt,
  jsonOf,
  callBench,
  startBench,
  untilAlone,
  unwrapped,
} from '../../../support/bench-cli.ts';
import { describedTwoByTwo } from '../../../support/described-model.ts';
import { pythonStandIn } from '../../../support/python-stand-in.ts';
import { newFolder } from '../../../support/temporary-folder.ts';

describe('serving-compare serve', () => {
  it('exits with 2 if the serving ends by itself', async () => {
    const bench = startBench('serve torchserve --engine noop --port 0 --json');
    const { statement } = await jsonOf<{ statement: string }>(bench);
    expect(statement).toMatch(/^Simulated TorchServe.*not trained/);
    const serving = bench
      .descendants()
      .find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('main.ts'));
    process.kill(serving ?? Number.NaN, 'SIGKILL');

    expect(await bench.ended).toBe(2);
    expect(bench.stdout()).toContain('BENCH_SERVING_DIED');
    await untilAlone(bench);
  });

  it('serves a user’s model until Ctrl-C, prints the command that measures it, and removes its files', async () => {
    const folder = newFolder();
    const description = describedTwoByTwo(folder);
    const bench = startBench(`serve flask --model ${description} --port 0`);
    await bench.until(({ stdout }) => /^npx .*\n/m.test(stdout));
    const [, request = ''] = /^curl .*--data-binary @(\S+)/m.exec(bench.stdout()) ?? [];
    const [, measure = ''] = /^npx serving-compare (.*)$/m.exec(bench.stdout()) ?? [];
    const output = join(folder, 'run');
    const { stdout } = await callBench(
      `${measure} --repeats 1 --levels 1 --duration 200ms --warmup 0 --noop-limits none --output ${output}`,
    );
    const { plan, records } = await readRunFolder(output);

    expect(bench.stdout()).toMatch(/^Simulated Flask API, .*; two\.$/m);
    expect(plan).toMatchObject({ runtime: 'running', servers: [{ name: 'mine' }] });
    expect(unwrapped(stdout)).toContain(statementOf(plan));
    expect(records.filter(({ kind }) => kind === 'answer-check')).toMatchObject([
      { state: 'passed' },
    ]);
    expect(existsSync(request)).toBe(true);
    expect(await interrupt(bench)).toBe(0);
    expect(existsSync(request)).toBe(false);
  });

  it('says what answers, and prints a curl command for the protocol', async () => {
    const bench = startBench(
      'serve tfserving --runtime venv --protocol grpc --port 0 --json',
      await pythonStandIn(newFolder(), 'triton', 'python'),
    );
    const { statement, curl } = await jsonOf<Record<string, string>>(bench);

    expect(statement).toMatch(/^A stand-in .*TensorFlow Serving.*ONNX Runtime \d.*not trained/);
    expect(curl).toMatch(/\/grpc\/infer\/tfserving\?payload=tensor&encoding=raw'$/);
    expect(await interrupt(bench)).toBe(0);
  });
});
