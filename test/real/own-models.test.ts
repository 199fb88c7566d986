import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { readOwnModel } from '../../lib/bench/model-file/read-model.ts';
import { defaultCache } from '../../serving-configs/installation.ts';
import { ensureModel } from '../../serving-configs/models/resnet50/ensure-model.ts';
import { twoByTwoModel } from '../support/onnx-models.ts';
import { newFolder } from '../support/temporary-folder.ts';
import {
  describeOwn,
  expectAllCorrect,
  inputsAre,
  correct,
  runOwn,
  validateOwn,
} from './support/own-model-run.ts';
import { describeFileTypes, describeTextDetector } from './support/describe-published-models.ts';

const restAndGrpc = [
  'flask rest',
  'mlserver grpc',
  'mlserver rest',
  'tfserving grpc',
  'tfserving rest',
  'torchserve grpc',
  'torchserve rest',
  'triton_onnx grpc',
  'triton_onnx rest',
];

describe("A user's model on real servers, through the command line", () => {
  describeFileTypes('--runtime venv', ['flask rest', 'triton_onnx grpc', 'triton_onnx rest']);
  describeTextDetector('--runtime venv', ['flask rest', 'kserve rest']);

  it('takes two inputs of different types and gives two outputs, checked against the user’s answers', async () => {
    const folder = newFolder();
    writeFileSync(path.join(folder, 'net.onnx'), twoByTwoModel());
    const data = {
      data: [
        { ids: [1, -2, 2 ** 40], weights: [0.5, 0.25, 1] },
        { ids: [7, 8, 9], weights: [0, 0, 0] },
      ],
      validation_data: [
        { sum: [1.5, -1.75, 2 ** 40], twice: [2, -4, 2 ** 41] },
        { sum: [7, 8, 9], twice: [14, 16, 18] },
      ],
    };
    writeFileSync(path.join(folder, 'data.json'), JSON.stringify(data));
    const description = await describeOwn(
      path.join(folder, 'net.onnx'),
      folder,
      inputsAre('data.json'),
    );
    const { requests, targets, leftOut } = await validateOwn(description);
    const run = await runOwn(description, restAndGrpc);

    expect(requests).toMatchObject({ from: 'perf_analyzer', count: 2, answers: 2 });
    expect(new Set(targets.map(({ serving }) => serving)).size).toBeGreaterThan(6);
    expect(leftOut.map(({ serving }) => serving)).toContain('triton_tensorrt');
    expectAllCorrect(run, restAndGrpc, [correct('sum', 'allclose'), correct('twice', 'allclose')]);
  });

  it('classifies images: ResNet-50, with the preprocessing of its description in the tree', async () => {
    const own = await readOwnModel();
    const { resize, shortSide, colours, scale, mean, deviation } = own.source.image;
    const image = { resize, shortSide, colours, scale, mean, deviation };
    const { file } = await ensureModel(defaultCache());
    const description = path.join(newFolder(), 'model.yaml');
    const model = { name: own.name, onnx: file, sizes: own.sizes, image };
    const content = { model, inputs: own.source.folder, answer: { check: 'top1' } };
    writeFileSync(description, JSON.stringify(content));
    const targets = ['flask rest', 'triton_onnx rest'];
    const run = await runOwn(description, targets, { folder: path.join(newFolder(), 'run') });

    expect(run.correct).toHaveLength(8);
    expectAllCorrect(run, targets, [correct('logits', 'top1')]);
  });

  it('is not timed if an answer is wrong, and the run says where and by how much', async () => {
    const folder = newFolder();
    writeFileSync(path.join(folder, 'net.onnx'), twoByTwoModel());
    const data = {
      data: [{ ids: [1, 2, 3], weights: [0.5, 0.25, 1] }],
      validation_data: [{ sum: [1.5, 2.25, 4], twice: [2, 5, 6] }],
    };
    writeFileSync(path.join(folder, 'data.json'), JSON.stringify(data));
    const description = await describeOwn(
      path.join(folder, 'net.onnx'),
      folder,
      inputsAre('data.json'),
    );
    const run = await runOwn(description, ['flask rest']);

    expect(run.exitCode).toBe(1);
    expect(run.compared).toEqual({
      'flask rest': {
        state: 'failed',
        outputs: [
          [
            correct('sum', 'allclose'),
            expect.objectContaining({
              output: 'twice',
              passed: false,
              worst: expect.objectContaining({
                index: [0, 1],
                expected: '5',
                answered: '4',
              }) as object,
              values: 3,
              wrongValues: 1,
            }) as object,
          ],
        ],
      },
    });
    expect(run.measured).toMatchObject([{ target: 'flask rest', state: 'failed' }]);
    expect(run.validity?.reasons[0]).toMatchObject({ code: 'answer-check', fault: 'wrong-answer' });
    expect(run.report).toContain(String.raw`| 0 of 1 | \[0,1\] of 0001-data-0.tensors | 5 | 4 |`);
  });
});
