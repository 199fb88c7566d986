import { readGivenModel } from '../../serving-configs/models/model.ts';
import { startPlatform } from '../../serving-configs/runtimes/venv/start-platform.ts';
import { twoByTwoModel } from '../support/onnx-models.ts';
import { newFolder } from '../support/temporary-folder.ts';
import { askTensors, tensorWaysOf } from '../support/tensor-client.ts';
import { tensor, writeTensorModel } from '../support/user-model.ts';

const settings = { instances: 1, threads: 1, maxBatch: 4, batchDelayMs: 500 };
const ids = tensor('ids', 'INT64', [1, 3], [1, 2, 3]);
const weights = tensor('weights', 'FP32', [1, 3], [0.5, 1, 0]);

// Its batches have one status each, so the application reads requests before.
describe.each(['mosec'] as const)('%s with batches', (serving) => {
  it('refuses a request that lacks an input, and answers those that wait with it', async () => {
    const [way] = tensorWaysOf(serving);
    if (way === undefined) throw new Error(`${serving} takes no named tensors`);
    const { file, model } = await writeTensorModel(newFolder(), twoByTwoModel(), [[ids, weights]]);
    const started = await startPlatform(
      {
        serving,
        engine: 'onnx',
        settings,
        ports: { rest: 0, grpc: 0 },
        model: readGivenModel(file),
      },
      new AbortController().signal,
    );
    try {
      const before = await started.batches();
      const replies = await Promise.all(
        [[ids, weights], [weights], [ids, weights], [ids, weights]].map((inputs) =>
          askTensors({ rest: started.url }, way, inputs, model),
        ),
      );
      const { computations, inputs } = await started.batches();

      expect(replies.map(({ status }) => status)).toEqual([200, 400, 200, 200]);
      expect(inputs - before.inputs).toBe(3);
      expect(computations - before.computations).toBeLessThan(3);
    } finally {
      await started.stop();
    }
  });
});
