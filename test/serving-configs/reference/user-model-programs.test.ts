import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { modelMessage } from '../../../serving-configs/models/onnx/messages.ts';
import {
  readTensors,
  writeTensors,
  type NamedTensor,
} from '../../../serving-configs/models/tensors/tensor-body.ts';
import {
  maskedModel,
  oneOperatorModel,
  outsideModel,
  sameModel,
  twoByTwoModel,
} from '../../support/onnx-models.ts';
import { UsageError } from '../../../serving-configs/options/usage-error.ts';
import { openTensorSession } from '../../../serving-configs/reference/onnx/tensor-session.ts';
import {
  computeDirect,
  readDirectOptions,
} from '../../../serving-configs/reference/direct-answers.ts';
import { runScript } from '../../support/run-script.ts';
import { newFolder } from '../../support/temporary-folder.ts';
import { plain, tensor } from '../../support/user-model.ts';

const written = (onnx: Uint8Array): string => {
  const file = join(newFolder(), 'model.onnx');
  writeFileSync(file, onnx);
  return file;
};

/** A model with a Relu of the domain com.x, whose opset it does not import. */
const ofAnotherDomain =
  'CAk6RAoTCgF4EgF5IgRSZWx1OgVjb20ueBIBZ1oUCgF4Eg8KDQgBEgkKAxIBYgoCCARiFAoBeRIPCg0IARIJCgMSAWIKAggEQgQKABAR';

/** A model whose output is a sequence. */
const SEQUENCE =
  'CAg6RAoZCgF4EgF5IhFTZXF1ZW5jZUNvbnN0cnVjdBIBZ1oPCgF4EgoKCAgBEgQKAggCYhMKAXkSDiIMCgoKCAgBEgQKAggCQgIQEQ==';

const LFS_POINTER = 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 98304\n';

/** A model with other fields at the top level of its file. */
const withHead = (head: object): Uint8Array => {
  const type = modelMessage();
  const model = type.toObject(type.decode(twoByTwoModel()));
  return type.encode(type.fromObject({ ...model, ...head })).finish();
};

/** The message and the hint for a file that cannot be used. */
const problemOf = async (file: string): Promise<string> => {
  const problem = await openTensorSession(file).catch((error: unknown) => error);
  if (!(problem instanceof UsageError)) throw new Error(`no UsageError, but ${String(problem)}`);
  return `${problem.message}\nhint: ${problem.hint}`;
};

/** The input of a model that takes a tensor of this shape. */
const inputOf = async (shape: 'any' | readonly []) => {
  const session = await openTensorSession(written(oneOperatorModel('Relu', shape)));
  await session.close();
  return session.inputs[0];
};

describe("the description of a user's model", () => {
  it('has names, types and shapes, and the names of open dimensions', async () => {
    const { stdout } = await runScript('serving-configs/reference/describe-model.ts', [
      '--model',
      written(maskedModel()),
    ]);

    const open = { shape: [-1, -1], dims: ['batch', 'sequence'] };
    expect(JSON.parse(stdout)).toEqual({
      inputs: [
        { name: 'input_ids', datatype: 'INT64', ...open },
        { name: 'attention_mask', datatype: 'FP16', ...open },
      ],
      outputs: [{ name: 'masked', datatype: 'FP16', ...open }],
    });
  });

  it('tells a tensor of any rank from a scalar', async () => {
    expect(await inputOf('any')).toMatchObject({ shape: [], isRankOpen: true });
    expect(await inputOf([])).not.toHaveProperty('isRankOpen');
  });

  it.each([
    ['is not an ONNX file', Buffer.from('no model'), /model\.onnx is not an ONNX file/],
    ['is a SavedModel', Buffer.from('0801120412027631', 'hex'), /model\.onnx is not an ONNX file/],
    ['is empty', Buffer.alloc(0), /model\.onnx is empty\n/],
    ['is cut off', twoByTwoModel().subarray(0, 100), /model\.onnx is cut off\n/],
    [
      'is a pointer of Git LFS',
      Buffer.from(LFS_POINTER),
      /pointer of Git LFS\nhint: .*git lfs pull/,
    ],
    ['has other outputs than tensors', Buffer.from(SEQUENCE, 'base64'), /zipmap=False/],
    ['lacks its weights', outsideModel('gone.bin'), /weights in \S+gone\.bin/],
    ['has an unknown operator', oneOperatorModel('Nonsense'), /operator Nonsense/],
    ['takes doubles', sameModel(['FP64']), /input "fp64" .+ type float64/],
    [
      'has a new opset',
      withHead({ opsetImport: [{ version: 99 }] }),
      /99 of ai\.onnx.+hint.+ 26 or/s,
    ],
    ['has a new IR version', withHead({ irVersion: 99 }), /version 99.+hint: .+version 13 or/s],
    ['does not import a domain', Buffer.from(ofAnotherDomain, 'base64'), /domain "com.x"/],
  ])('says that the file %s', async (_, onnx, words) => {
    expect(await problemOf(written(onnx))).toMatch(words);
  });

  it.each([
    ['is cut off', 'weights'],
    ['is empty', ''],
    ['is only a pointer of Git LFS', LFS_POINTER.slice(0, -1)],
  ])('names a file with weights that %s', async (problem, content) => {
    const file = written(outsideModel('w.bin', 100));
    writeFileSync(join(file, '../w.bin'), content);

    expect(await problemOf(file)).toContain(`${join(file, '../w.bin')} ${problem}\nhint: `);
  });

  it('says that a folder is not an ONNX file', async () => {
    expect(await problemOf(newFolder())).toMatch(/\bfolder\nhint: /);
  });
});

const inputs = [
  tensor('ids', 'INT64', [1, 3], [1, 2, 3]),
  tensor('weights', 'FP32', [1, 3], [0.5, 0.25, -3]),
];

/** The arguments for a folder with these requests. */
const argumentsFor = (onnx: Uint8Array, requests: Readonly<Record<string, Uint8Array>>) => {
  const folder = newFolder();
  mkdirSync(join(folder, 'requests'));
  for (const [name, body] of Object.entries(requests)) {
    writeFileSync(join(folder, 'requests', name), body);
  }
  const answers = join(folder, 'answers');
  return {
    answers,
    args: [
      `--model=${written(onnx)}`,
      `--requests=${join(folder, 'requests')}`,
      `--answers=${answers}`,
    ],
  };
};

const bodyOf = (tensors: readonly NamedTensor[]): Buffer =>
  Buffer.concat(writeTensors(tensors, 'inputs', 'binary').body);

describe("the direct computation of a user's model", () => {
  it('writes the correct answer to each request under its name', async () => {
    const [ids, weights] = inputs;
    if (ids === undefined || weights === undefined) throw new Error('no inputs');
    const { args, answers } = argumentsFor(twoByTwoModel(), {
      '0000.tensors': bodyOf(inputs),
      '0001.tensors': bodyOf([weights, ids]),
      'README.md': Buffer.from('no request'),
    });
    const { code, stdout } = await runScript('serving-configs/reference/direct.ts', args);

    expect(code).toBe(0);
    const files = ['0000.tensors', '0001.tensors'];
    expect(JSON.parse(stdout)).toMatchObject({
      fastestMs: expect.any(Number) as number,
      answers: [],
    });
    expect(readdirSync(answers).toSorted()).toEqual(files);
    for (const file of files) {
      const bytes = readFileSync(join(answers, file));
      expect(plain(readTensors(bytes, 'outputs').tensors)).toEqual(
        plain([
          tensor('sum', 'FP32', [1, 3], [1.5, 2.25, 0]),
          tensor('twice', 'INT64', [1, 3], [2, 4, 6]),
        ]),
      );
    }
  });

  it.each([
    ['lacks a tensor', twoByTwoModel(), inputs.slice(1), 'tensor "ids" is missing'],
    [
      'has inputs of different shapes',
      maskedModel(),
      [
        tensor('input_ids', 'INT64', [1, 3], [1, 2, 3]),
        tensor('attention_mask', 'FP16', [1, 2], [0, 0]),
      ],
      'Mul node "masked": Attempting to broadcast',
    ],
  ])('names the file that %s', async (_, onnx, tensors, refusal) => {
    const { args } = argumentsFor(onnx, { '0007.tensors': bodyOf(tensors) });

    await expect(computeDirect(readDirectOptions(args))).rejects.toMatchObject({
      name: 'UsageError',
      message: expect.stringContaining('0007') as string,
      refusal: expect.stringContaining(refusal) as string,
    });
  });

  it('ends with exit code 2, and names the output, if the same input gives another answer', async () => {
    const { args } = argumentsFor(oneOperatorModel('RandomNormalLike'), {
      '0000.tensors': bodyOf([tensor('x', 'FP32', [2], [1, 2])]),
    });
    const { code, stderr } = await runScript('serving-configs/reference/direct.ts', args);

    expect(code).toBe(2);
    expect(stderr).toMatch(/ "y" /);
  });

  it('takes an answer that differs less than the check of the output allows as the same', async () => {
    const { args } = argumentsFor(oneOperatorModel('RandomNormalLike'), {
      '0000.tensors': bodyOf([tensor('x', 'FP32', [2], [1, 2])]),
    });
    const { code } = await runScript('serving-configs/reference/direct.ts', [
      ...args,
      `--checks=${JSON.stringify({ y: { check: 'allclose', rtol: 0, atol: 1e6 } })}`,
    ]);

    expect(code).toBe(0);
  });

  it('ends with exit code 2, and names the file, if an answer has NaN', async () => {
    const { args } = argumentsFor(oneOperatorModel('Log'), {
      '0007.tensors': bodyOf([tensor('x', 'FP32', [2], [1, -1])]),
    });
    const { code, stderr } = await runScript('serving-configs/reference/direct.ts', args);

    expect(code).toBe(2);
    expect(stderr).toMatch(/output "y" .+ 0007 holds NaN/);
  });
});
