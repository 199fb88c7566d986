import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { receiveModel } from '../../../lib/bench/aws/model-transfer.ts';
import { putObject } from '../../../lib/bench/aws/s3-objects.ts';
import { runKeys } from '../../../lib/aws/contract/run-keys.ts';
import { describedTwoByTwo } from '../../support/described-model.ts';
import { newFolder } from '../../support/temporary-folder.ts';
import { openDesk, type Desk } from './desk.ts';

let desk: Desk;

beforeAll(async () => {
  desk = await openDesk(1);
});

afterAll(() => desk.close());

const RUN = ['run', '--on', 'aws', '--repeats', '1'];

describe('serving-compare run --on aws', () => {
  it('warns of the network before a run of tensors', async () => {
    const tensors = ['--payloads', 'tensor', '--encodings', 'binary', '--servings', 'triton_onnx'];
    const { exitCode, stderr } = await desk.bench([...RUN, ...tensors, '--dry-run']);

    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: expect.stringMatching(/^warning: .*\bc5\.xlarge\b.*\b259\/s /m) as string,
    });
  });

  it.each([
    ['no description', ['--model', 'two.onnx'], 'BENCH_USAGE'],
    ['a serving that cannot load it', ['--servings', 'triton_tensorrt'], 'BENCH_NO_TARGET'],
    ['k6', ['--load-generator', 'k6'], 'BENCH_USAGE'],
    ['--resume', ['--resume', 'any'], 'BENCH_USAGE'],
  ])("refuses a user's model with %s", async (_, args, code) => {
    const description = describedTwoByTwo(newFolder());
    const model = args.includes('--model')
      ? ['--model', join(dirname(description), 'two.onnx')]
      : ['--model', description, ...args];

    expect(await desk.refusal(['run', '--on', 'aws', ...model])).toMatchObject({
      exitCode: 2,
      code,
    });
  });

  it("sends nothing of a user's model in a dry run", async () => {
    const model = ['--model', describedTwoByTwo(newFolder())];
    const { exitCode } = await desk.bench([...RUN, ...model, '--dry-run']);

    expect(exitCode).toBe(0);
    expect(await desk.listKeys()).toEqual([]);
  });

  it("uploads a user's model beside the request of its run, and passes it to every pair", async () => {
    const servings = ['--servings', 'torchserve,triton_onnx'];
    const model = ['--model', describedTwoByTwo(newFolder()), '--run-id', 'own', '--detach'];
    const { exitCode, stderr } = await desk.bench([...RUN, ...servings, ...model]);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    const keys = await desk.listKeys(runKeys.model('own'));
    const sums = await desk.readText(`${runKeys.model('own')}SHA256SUMS`);
    const hash = createHash('sha256').update(sums).digest('hex');
    const { plan, model: sent } = await desk.untilRequested('own');

    expect(keys).toHaveLength(sums.trimEnd().split('\n').length + 1);
    expect(keys).toContain(`${runKeys.model('own')}onnx/two.onnx`);
    expect(sent).toEqual({ kind: 'sent', sums: hash });
    expect(plan).toMatchObject({
      servings: { kind: 'named', ids: ['torchserve', 'triton_onnx'] },
      options: { repeats: 1 },
      model: { kind: 'given', name: 'two' },
    });
    expect((await desk.emulator.commands()).at(-1)).toMatchObject({
      parameters: { RunId: ['own'], Pairs: ['1'] },
    });
  });

  it("lets no pair measure a user's model of which a file has changed", async () => {
    const { bucket } = desk.deployment;
    const { model } = await desk.untilRequested('own');
    const sums = model.kind === 'sent' ? model.sums : '';
    const { signal } = new AbortController();
    const from = { bucket, runId: 'own' };
    await receiveModel(desk.aws, from, newFolder(), sums, signal);
    await putObject(desk.aws, bucket, `${runKeys.model('own')}planned.json`, 'other');

    await expect(receiveModel(desk.aws, from, newFolder(), sums, signal)).rejects.toMatchObject({
      code: 'BENCH_NO_MODEL',
    });
  });
});
