import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRunFolder } from '../../../../lib/bench/results/run-folder.ts';
import {
  interrupt,
  jsonOf,
  refusalOf,
  callBench,
  startBench,
  untilAlone,
} from '../../../support/bench-cli.ts';
import { describedTwoByTwo } from '../../../support/described-model.ts';
import { maskedModel } from '../../../support/onnx-models.ts';
import { newFolder } from '../../../support/temporary-folder.ts';

describe('serving-compare serve', () => {
  it('exits with 2 if the serving ends by itself', async () => {
    const bench = startBench('serve torchserve --engine noop --port 0 --json');
    const { statement } = await jsonOf<{ statement: string }>(bench);
    expect(statement).toMatch(
      /^Simulated TorchServe API, not the real server: .*weights not trained/,
    );
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
    const { records } = await readRunFolder(output);

    expect(bench.stdout()).toMatch(/^Simulated Flask API, .*; two\.$/m);
    expect(stdout).toMatch(/^Compared: 1 running server/m);
    expect(records.filter(({ kind }) => kind === 'answer-check')).toMatchObject([
      { state: 'passed' },
    ]);
    expect(existsSync(request)).toBe(true);
    expect(await interrupt(bench)).toBe(0);
    expect(existsSync(request)).toBe(false);
  });

  it('names the command that describes an ONNX file that is not an image classifier', async () => {
    const model = join(newFolder(), 'text.onnx');
    writeFileSync(model, maskedModel());

    expect(await refusalOf(`serve flask --model ${model}`)).toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(/takes input_ids: /) as string,
      hint: expect.stringContaining(`init --model ${model}`) as string,
    });
  });

  it.each([
    ['serve triton_tensorrt', 'BENCH_NO_TARGET', 'validate'],
    ['serve flask --protocol grpc', 'BENCH_NO_TARGET', '--protocol rest'],
    ['serve flask --images k6/images', 'BENCH_USAGE', 'inputs'],
  ])('does not %s with a model that cannot be served like this', async (line, code, hint) => {
    const model = describedTwoByTwo(newFolder());

    expect(await refusalOf(`${line} --model ${model}`)).toMatchObject({
      exitCode: 2,
      code,
      hint: expect.stringContaining(hint) as string,
    });
  });
});
