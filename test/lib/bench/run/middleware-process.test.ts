import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readGivenModel } from '../../../../serving-configs/models/model.ts';
import { inferUrl, post } from '../../../../lib/bench/run/middleware-requests.ts';
import {
  readSnapshot,
  startMiddleware,
  useBetween,
} from '../../../../lib/bench/run/middleware-process.ts';
import { imagesDir, NOWHERE } from '../../../support/middleware.ts';
import { readUntil } from '../../../support/read-until.ts';
import { newFolder } from '../../../support/temporary-folder.ts';
import { tensor } from '../../../support/user-model.ts';
import { writeTensors } from '../../../../serving-configs/models/tensors/tensor-body.ts';

const page = (first: number, second: number): string => `# HELP process_cpu_seconds_total CPU time.
# TYPE process_cpu_seconds_total counter
process_cpu_seconds_total{process="1"} ${first}
process_cpu_seconds_total{process="2"} ${second}
other_metric{process="1"} 7
`;

describe('The CPU use of the middleware', () => {
  it('is the difference between two snapshots of its metrics, over all processes', () => {
    const use = useBetween(readSnapshot(page(1, 2), 0), readSnapshot(page(1.5, 2.25), 1000), 1000);

    expect(use).toEqual({ cpuMs: 750, busiestCpuShare: 0.5 });
  });

  it('is scaled to the window, because the snapshots are late', () => {
    const use = useBetween(readSnapshot(page(1, 2), 0), readSnapshot(page(2, 2), 1250), 1000);

    expect(use.cpuMs).toBeCloseTo(800);
  });

  it('counts a process that started in between from its start', () => {
    const [line = ''] = page(1, 2).split('process_cpu_seconds_total{process="2"}');
    const use = useBetween(readSnapshot(line, 0), readSnapshot(page(1, 0.1), 1000), 1000);

    expect(use.cpuMs).toBeCloseTo(100);
  });
});

describe('The log of the middleware', () => {
  it('is a file in the run folder that says why it failed, and exists only then', async () => {
    const folder = newFolder();
    const [logFile, modelFile, input] = ['middleware.log', 'model.json', 'input.tensors'].map(
      (name) => path.join(folder, name),
    ) as [string, string, string];
    const given = tensor('a', 'FP32', [1, 2], [1, 2]);
    // Our own programs never write a model without shapes, so the middleware does not expect it.
    const spec = { name: given.name, datatype: 'FP32' };
    const example = { request: input, answer: input };
    const model = {
      kind: 'given',
      name: 'net',
      formats: { onnx: 'net.onnx' },
      inputs: [spec],
      outputs: [spec],
      example,
    };
    writeFileSync(modelFile, JSON.stringify(model));
    writeFileSync(input, Buffer.concat(writeTensors([given], 'inputs', 'binary').body));
    const middleware = await startMiddleware({
      servers: [],
      servingUrls: { tfserving: { rest: NOWHERE } },
      imagesDir,
      model: readGivenModel(modelFile),
      port: 0,
      processes: 1,
      upstreamTimeoutMs: 10_000,
      seed: 1,
      logFile,
    });
    const isLogged = existsSync(logFile);
    const url = inferUrl(middleware.url, {
      serving: 'tfserving',
      protocol: 'rest',
      payload: 'tensors',
      encoding: 'json',
    });
    const answer = await post(url, input, 60_000, new AbortController().signal);
    await middleware.stop();

    expect(isLogged).toBe(false);
    expect(answer).toMatchObject({
      ok: false,
      error: expect.stringMatching(/INFER_INTERNAL .*middleware\.log/) as string,
    });
    // The log is written while the answer is on its way.
    await readUntil(
      () => (existsSync(logFile) ? readFileSync(logFile, 'utf8') : ''),
      (log) => log.includes('TypeError'),
      60_000,
    );
  });
});
