import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAws } from '../../../lib/bench/aws/clients.ts';
import { readRunFolder } from '../../../lib/bench/results/run-folder.ts';
import { runKeys } from '../../../lib/deployment/run-keys.ts';
import { untilAlone, words } from '../../support/bench-cli.ts';
import { sendTwoByTwo } from '../../support/sent-model.ts';
import { useTemporaryFolders } from '../../support/temporary-folder.ts';
import { BUCKET } from './node-pair.ts';
import { plan } from './plans.ts';
import { useNodePair, type EmulatedPair } from './use-node-pair.ts';

jest.setTimeout(180_000);

const newFolder = useTemporaryFolders();
let made: EmulatedPair;
useNodePair((found) => {
  made = found;
});

describe("a runner with a user's model", () => {
  it('that was killed goes on with the same model on a new node, and every answer is right', async () => {
    const { emulator, pair, servingNode } = made;
    Object.assign(process.env, emulator.env);
    const aws = createAws('us-east-1');
    const runId = 'own';
    const sums = await sendTwoByTwo(aws, BUCKET, runId).finally(aws.close);
    const folder = join(newFolder(), 'run');
    servingNode.takeModelFrom(join(folder, 'model'));
    const args = [
      ...plan.map((word) => (word === 'tfserving' ? 'triton_onnx' : word)),
      ...words('--engine onnx --repeats 1 --duration 3s --output'),
      folder,
      ...words(`--run-id ${runId} --model-sums ${sums}`),
    ];
    const bench = pair.startRun(args);
    while (!(await pair.text(runKeys.results(runId, 1))).includes('"kind":"measurement"')) {
      expect([bench.child.exitCode, bench.stderr()]).toEqual([null, expect.any(String)]);
      await sleep(50);
    }
    bench.child.kill('SIGKILL');
    await bench.ended;
    await untilAlone(bench);
    rmSync(folder, { recursive: true });

    const again = pair.startRun(args);
    expect([await again.ended, again.stderr()]).toEqual([
      0,
      expect.stringMatching(/resumed: [1-9]/),
    ]);
    const { plan: planned, records } = await readRunFolder(folder);
    expect(planned.model.tensors).toMatchObject({ name: 'two' });
    expect(planned.settings.modelDescription).toMatch(/own\.json$/);
    const checks = records.filter((record) => record.kind === 'answer-check');
    const measurements = records.filter((record) => record.kind === 'measurement');
    expect(new Set(checks.map(({ state }) => state))).toEqual(new Set(['passed']));
    expect(new Set(measurements.map(({ state }) => state))).toEqual(new Set(['completed']));
  });
});
