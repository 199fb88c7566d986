import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { findOtherFormats } from '../../../../lib/bench/model-file/model-files.ts';
import { zipArchive } from '../../../serving-configs/models/torch-file/zip-writer.ts';
import { savedModel } from '../../../support/saved-model.ts';
import { newFolder } from '../../../support/temporary-folder.ts';
import { models } from './a-model.ts';

const hash = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex');

const classOf = (name: string, more: string, type: string): string =>
  `class ${name}(Module):\n  __parameters__ = []\n  def forward(self: __torch__.a.${name},\n    ${more}) -> ${type}:\n    return x\n`;

/** A file like that of torch.jit.save, with a forward of these types, and a submodule with another forward. */
const torchScript = (takes: string, gives: string): Buffer => {
  const code = classOf('Part', 'x: int', 'int') + classOf('Net', takes, gives);
  return zipArchive([
    { name: 'net/data.pkl', bytes: Buffer.from('\u0080\u0002c__torch__.a\nNet\nq', 'latin1') },
    { name: 'net/code/__torch__/a.py', bytes: deflateRawSync(code), method: 8 },
    { name: 'net/constants.pkl', bytes: Buffer.from('b') },
  ]);
};

const [[x], [scores]] = [models.classifier.inputs, models.classifier.outputs];

const SAVED = savedModel([x], [scores]);
const SCRIPT = torchScript('x: Tensor', 'Tensor');

/** Files that are a model in another format, and files that only look like one. */
const FILES: Readonly<Record<string, string | Uint8Array>> = {
  'net.pt': SCRIPT,
  'two.pt': torchScript('x: Tensor,\n    y: Tensor', 'Tensor'),
  'dict.pt': torchScript('x: Tensor,\n    y: Optional[Tensor]=None', 'Dict[str, Tensor]'),
  'weights.pt': zipArchive([{ name: 'weights/data.pkl', bytes: Buffer.from('a') }]),
  'text.txt': 'a\nb\n',
  'saved/saved_model.pb': SAVED,
  'saved/variables/variables.index': 'weights',
  'inside/1/saved_model.pb': SAVED,
  'text/saved_model.pb': 'a text',
  'other/saved_model.pb': savedModel([x], [scores], 'train'),
  'named/saved_model.pb': savedModel([{ ...x, name: 'input_1' }], [scores]),
  'typed/saved_model.pb': savedModel([{ ...x, datatype: 'FP32' }], [scores]),
  'shaped/saved_model.pb': savedModel([x], [{ ...scores, shape: [-1, 11] }]),
};

const folder = newFolder();
const at = (name: string): string => path.join(folder, name);

/** Finds the other formats of a model that has the tensors of the classifier. */
const find = (formats: { readonly torchscript?: string; readonly savedmodel?: string }) =>
  findOtherFormats({ onnx: 'net.onnx', ...formats }, folder, models.classifier);

beforeAll(() => {
  for (const [name, content] of Object.entries(FILES)) {
    mkdirSync(path.dirname(at(name)), { recursive: true });
    writeFileSync(at(name), content);
  }
});

describe('A model in other formats than ONNX', () => {
  it('has the hashes of its files', async () => {
    const [graph, weights] = [hash(SAVED), hash('weights')];

    expect(await find({ torchscript: 'net.pt', savedmodel: './saved' })).toEqual({
      torchscript: {
        modelPath: at('net.pt'),
        files: [{ file: at('net.pt'), sha256: hash(SCRIPT) }],
        sha256: hash(SCRIPT),
      },
      savedmodel: {
        modelPath: at('saved'),
        files: [
          { file: at('saved/saved_model.pb'), sha256: graph },
          { file: at('saved/variables/variables.index'), sha256: weights },
        ],
        sha256: hash(`${graph}  saved_model.pb\n${weights}  variables/variables.index\n`),
      },
    });
  });

  it('need not exist', async () => {
    expect(await find({})).toEqual({});
  });

  it.each([
    ['TorchScript is missing', { torchscript: 'a.pt' }, 'a.pt'],
    ['TorchScript has only weights', { torchscript: 'weights.pt' }, 'weights.pt'],
    ['TorchScript is text', { torchscript: 'text.txt' }, 'text.txt'],
    ['TorchScript is a folder', { torchscript: 'saved' }, 'saved'],
    ['a SavedModel is missing', { savedmodel: 'none' }, 'none'],
    ['a SavedModel is a file', { savedmodel: 'text.txt' }, 'text.txt'],
    ['a SavedModel is in a subfolder', { savedmodel: 'inside' }, 'inside'],
    ['a SavedModel is text', { savedmodel: 'text' }, 'saved_model.pb'],
    ['a SavedModel has no signature for servers', { savedmodel: 'other' }, 'signature'],
  ])('is refused if %s', async (_, formats, quoted) => {
    await expect(find(formats)).rejects.toMatchObject({
      code: 'BENCH_MODEL_FILE',
      message: expect.stringContaining(quoted) as string,
      hint: expect.any(String) as string,
    });
  });

  it.each([
    ['a SavedModel has other names', { savedmodel: 'named' }, 'input_1'],
    ['a SavedModel has another type', { savedmodel: 'typed' }, '"x" is FP32'],
    ['a SavedModel has another shape', { savedmodel: 'shaped' }, 'FP32 [?, 11]'],
    ['TorchScript takes more inputs', { torchscript: 'two.pt' }, 'x, y'],
    ['TorchScript returns a dict', { torchscript: 'dict.pt' }, 'Dict['],
  ])('is refused as another model if %s', async (_, formats, quoted) => {
    await expect(find(formats)).rejects.toMatchObject({
      code: 'BENCH_MODELS_DIFFER',
      message: expect.stringContaining(quoted) as string,
      hint: expect.any(String) as string,
    });
  });
});
