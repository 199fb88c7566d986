import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import { readRunFolder } from '../../../../lib/bench/results/run-folder.ts';
import { runBench } from '../../../support/bench-cli.ts';
import { listenHttp } from '../../../support/http-server.ts';
import { twoByTwoModel } from '../../../support/onnx-models.ts';
import { newFolder } from '../../../support/temporary-folder.ts';

/** A server that answers correctly after a time that depends on the number of requests and on the seconds since the load began. */
const listenChanging = (delayMs: (requests: number, seconds: number) => number) => {
  let [requests, startedMs] = [0, 0];
  return listenHttp(async (_request, response, body) => {
    requests += 1;
    // Before it come the requests of the answer check.
    if (requests <= 15) startedMs = performance.now();
    await sleep(delayMs(requests, (performance.now() - startedMs) / 1000));
    const { ids, weights } = JSON.parse(String(body)) as { ids: number[]; weights: number[] };
    const sum = ids.map((id, at) => id + (weights[at] ?? 0));
    response.end(JSON.stringify({ sum: [sum], twice: [ids.map((id) => 2 * id)] }));
  });
};

describe('Servers that change during a run', () => {
  it('are named with how they changed, and support no verdict', async () => {
    const folder = newFolder();
    const [slowing, starting, constant] = await Promise.all([
      listenChanging((_requests, seconds) => 120 + 12 * seconds),
      listenChanging((requests) => (requests <= 16 ? 400 : 100)),
      listenChanging(() => 100),
    ]);
    const onnx = path.join(folder, 'model.onnx');
    writeFileSync(onnx, twoByTwoModel());
    const contract = {
      body: '{"ids": {{ids[0]}}, "weights": {{weights[0]}}}',
      outputs: { sum: '/sum', twice: '/twice' },
    };
    const model = path.join(folder, 'net.yaml');
    writeFileSync(
      model,
      stringify({
        model: { name: 'net', onnx, sizes: { ids: [1, 3], weights: [1, 3] } },
        servers: {
          slowing: { url: slowing.url, ...contract },
          starting: { url: starting.url, ...contract },
          constant: { url: constant.url, ...contract },
        },
      }),
    );
    const output = path.join(folder, 'run');
    const { stdout } = await runBench(
      `run --model ${model} --output ${output} --seed 2 --repeats 6 --levels 4
      --duration 600ms --warmup 100ms --noop-limits none --bypass 0`,
    );
    const { rows, headline } = summarise(await readRunFolder(output));
    const drifts = Object.fromEntries(
      rows.map(({ target, checks = [] }) => [
        target.serving,
        checks.find(({ check }) => check === 'drift'),
      ]),
    );
    const words = stdout.replaceAll(/\s+/g, ' ');

    expect(drifts).toMatchObject({
      slowing: { state: 'failed' },
      starting: { state: 'failed' },
    });
    for (const text of [words, readFileSync(path.join(output, 'report.md'), 'utf8')]) {
      expect(text).toMatch(/slowing.*: Became slower from repeat to repeat/);
      expect(text).toMatch(/starting.*: Repeat 1 differs from the others/);
    }
    expect(readFileSync(path.join(output, 'report.html'), 'utf8')).toMatch(/Became slower/);
    expect(headline?.verdicts.map(({ judgement }) => judgement.kind)).toEqual(
      Array.from({ length: 3 }, () => 'withheld'),
    );
    expect(words).not.toMatch(/would (probably|hardly) decide/);
  });
});
