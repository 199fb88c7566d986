import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { receiveModel } from '../../../lib/bench/aws/run-model.ts';
import { putObject } from '../../../lib/bench/aws/objects.ts';
import { runKeys } from '../../../lib/deployment/run-keys.ts';
import { describedTwoByTwo } from '../../support/described-model.ts';
import { useTemporaryFolders } from '../../support/temporary-folder.ts';
import { openDesk, type Desk } from './desk.ts';

const newFolder = useTemporaryFolders();

jest.setTimeout(120_000);

let place: Desk;

beforeAll(async () => {
  place = await openDesk(1);
});

afterAll(() => place.leave());

const RUN = ['run', '--on', 'aws', '--repeats', '1'];

describe('serving-compare run --on aws', () => {
  it('warns of the network before a run of tensors', async () => {
    const tensors = ['--payloads', 'tensor', '--encodings', 'binary', '--servings', 'triton_onnx'];
    const { exitCode, stderr } = await place.bench([...RUN, ...tensors, '--dry-run']);

    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: expect.stringContaining(
        'warning: the network of c5.xlarge is full at 259 ',
      ) as string,
    });
  });

  it("refuses what nodes cannot do with a user's model, in one sentence", async () => {
    const description = describedTwoByTwo(newFolder());
    const model = ['--model', description];
    for (const [args, why] of [
      [['--model', join(dirname(description), 'two.onnx')], 'nodes build their own ResNet-50'],
      [[...model, '--servings', 'triton_tensorrt'], 'triton_tensorrt cannot serve two'],
      [[...model, '--load-generator', 'k6'], 'cannot send the load with a model'],
      [[...model, '--resume', 'whole'], '--resume cannot be combined'],
    ] as const) {
      const { exitCode, stderr } = await place.bench([...RUN.slice(0, 3), ...args]);

      expect({ exitCode, stderr }).toEqual({
        exitCode: 2,
        stderr: expect.stringContaining(why) as string,
      });
    }
  });

  it("sends nothing of a user's model in a dry run", async () => {
    const model = ['--model', describedTwoByTwo(newFolder())];
    const { exitCode } = await place.bench([...RUN, ...model, '--dry-run']);

    expect(exitCode).toBe(0);
    expect(await place.keys()).toEqual([]);
  });

  it("uploads a user's model beside the request of its run, and passes it to every pair", async () => {
    const servings = ['--servings', 'torchserve,triton_onnx'];
    const model = ['--model', describedTwoByTwo(newFolder()), '--run-id', 'own', '--detach'];
    const { exitCode, stderr } = await place.bench([...RUN, ...servings, ...model]);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    const keys = await place.keys(runKeys.model('own'));
    const sums = await place.text(`${runKeys.model('own')}SHA256SUMS`);
    const hash = createHash('sha256').update(sums).digest('hex');
    const { tensors, modelSums, options } = await place.request('own');

    expect(keys).toHaveLength(sums.trimEnd().split('\n').length + 1);
    expect(keys).toContain(`${runKeys.model('own')}onnx/two.onnx`);
    expect({ name: tensors?.name, modelSums }).toEqual({ name: 'two', modelSums: hash });
    expect(options).toMatchObject({ payloads: ['tensors'], loadGenerator: 'embedded' });
    expect((await place.emulator.commands()).at(-1)).toMatchObject({
      parameters: { Options: [`${servings.join(' ')} --repeats 1 --model-sums ${hash}`] },
    });
  });

  it("lets no pair measure a user's model of which a file has changed", async () => {
    const { bucket } = place.deployment;
    const { modelSums = '' } = await place.request('own');
    const { signal } = new AbortController();
    const from = { bucket, runId: 'own' };
    await receiveModel(place.aws, from, newFolder(), modelSums, signal);
    await putObject(place.aws, bucket, `${runKeys.model('own')}planned.json`, 'other');

    await expect(
      receiveModel(place.aws, from, newFolder(), modelSums, signal),
    ).rejects.toMatchObject({ code: 'BENCH_NO_MODEL' });
  });
});
