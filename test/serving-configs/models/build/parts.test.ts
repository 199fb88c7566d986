import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ownManifestOf, RESNET50, servingNames } from '../../../../serving-configs/index.ts';
import {
  formName,
  formWith,
  type ModelPart,
  partsFor,
  selectParts,
  sourceOf,
} from '../../../../serving-configs/models/build/parts.ts';
import { inputFilesOf, keysOf } from '../../../../serving-configs/models/build/build-models.ts';
import { CLASSIFIER } from '../../../../serving-configs/models/model.ts';
import { UsageError } from '../../../../serving-configs/options/usage-error.ts';

const all = partsFor(CLASSIFIER, 'gpu');
const targetsOf = (parts: readonly ModelPart[]): readonly string[] =>
  parts.map((part) => part.path);
const partAt = (partPath: string): ModelPart | undefined =>
  all.find((part) => part.path === partPath);

const wanted = servingNames.flatMap((serving) => {
  const { files, folder } = ownManifestOf(serving, RESNET50).container.models;
  return files.map((file) => [serving, `servings/${folder}/${file}`] as const);
});

describe('the parts that are built from one set of weights', () => {
  it.each(wanted)('include the file that %s reads: %s', (_, file) => {
    const covering = all.filter((part) => part.path === file || file.startsWith(`${part.path}/`));

    expect(covering).toHaveLength(1);
  });

  it('include ONNX in both layouts', () => {
    expect(targetsOf(all)).toEqual(expect.arrayContaining(['onnx/nchw.onnx', 'onnx/nhwc.onnx']));
  });

  it('come after their sources', () => {
    const early = all.filter((part, index) => {
      const source = sourceOf(part);
      return source !== undefined && !targetsOf(all).slice(0, index).includes(source);
    });

    expect(all.some((part) => sourceOf(part) !== undefined)).toBe(true);
    expect(early).toEqual([]);
  });

  it('have the tensor names, the layout and the scores of the manifest', () => {
    const part = partAt('servings/triton/resnet50-tf/1/model.savedmodel');
    const made = part?.recipe.kind === 'copy' ? partAt(part.recipe.of) : undefined;
    const from = made?.recipe.kind === 'tool' ? partAt(made.recipe.of) : undefined;

    expect(made?.recipe).toMatchObject({
      tool: 'savedmodel',
      image: { input: 'image', layout: 'NHWC' },
    });
    expect(from?.recipe).toMatchObject({
      kind: 'onnx',
      form: {
        input: { name: 'image', layout: 'NHWC' },
        output: { name: 'probs', kind: 'probabilities' },
      },
    });
  });

  it('include an archive of TorchScript with logits and the handler of its platform', () => {
    expect(partAt('servings/torchserve/resnet-50.mar')?.recipe).toMatchObject({
      kind: 'tool',
      tool: 'archive',
      of: 'torchscript/nchw.pt',
      packs: ['platforms/torchserve/container/handler.py', 'models/imagenet-labels.txt'],
    });
  });

  it('are built from files that exist', () => {
    const files = all.flatMap(inputFilesOf);

    expect(files.map((file) => path.basename(file))).toEqual(
      expect.arrayContaining(['torchscript.py', 'handler.py', 'served_model.py', 'bento.yaml']),
    );
    expect(files.filter((file) => !existsSync(file))).toEqual([]);
  });

  it('have different names for different forms', () => {
    const forms = (['NCHW', 'NHWC'] as const).flatMap((layout) =>
      (['logits', 'probabilities'] as const).flatMap((kind) => [
        formWith(layout, kind),
        formWith(layout, kind, { input: 'a', output: 'b' }),
      ]),
    );

    expect(new Set(forms.map(formName)).size).toBe(forms.length);
    expect(formName(formWith('NCHW'))).toBe('nchw');
    expect(
      path.basename(formName(formWith('NCHW', 'logits', { input: '../a', output: 'b' }))),
    ).toBe('nchw-.._a-b');
  });
});

describe('a choice of parts', () => {
  it('includes their sources', () => {
    expect(targetsOf(selectParts(all, ['servings/triton/resnet50-torch/1']))).toEqual([
      'onnx/nchw.onnx',
      'torchscript/nchw.pt',
      'servings/triton/resnet50-torch/1/model.pt',
    ]);
  });

  it('is all of them if none is named', () => {
    expect(selectParts(all, [])).toEqual(all);
  });

  it('can name a folder for all parts in it, but no part of a name', () => {
    expect(targetsOf(selectParts(all, ['onnx'])).every((name) => name.startsWith('onnx/'))).toBe(
      true,
    );
    expect(() => selectParts(all, ['onn'])).toThrow(UsageError);
  });
});

describe('the key of a part', () => {
  it('changes with the weights, except for parts without weights', () => {
    const [keys, otherKeys] = [keysOf(all, CLASSIFIER, 'some'), keysOf(all, CLASSIFIER, 'others')];
    const same = all.filter(({ path: name }) => keys.get(name) === otherKeys.get(name));

    expect(same).toEqual(all.filter(({ recipe }) => recipe.kind === 'text'));
  });
});

const packed = servingNames.flatMap((serving) => {
  const {
    folder,
    files,
    packs: { built: { name } = { name: '' } } = {},
  } = ownManifestOf(serving, RESNET50).container.models;
  const recipe = partAt(`servings/${folder}/${name}`)?.recipe;
  return recipe?.kind === 'pack' ? [[serving, files, name, recipe] as const] : [];
});

describe.each(packed)('the packed model of %s', (_, wantedFiles, name, { files, model, of }) => {
  const inside = Object.keys(files);

  it('is ONNX and has every file that its container needs', () => {
    const found = [...inside, model].map((file) => `${name}/${file}`);

    expect(partAt(of)?.recipe.kind).toBe('onnx');
    expect(found).toEqual(expect.arrayContaining([...wantedFiles]));
  });

  it('contains every module of ours that its code imports', () => {
    const root = path.resolve(import.meta.dirname, '../../../../serving-configs');
    const imported = Object.values(files)
      .filter((file) => file.endsWith('.py'))
      .flatMap((file) => [
        ...readFileSync(path.join(root, file), 'utf8').matchAll(/^\s*(?:import|from) (\w+)/gm),
      ])
      .map(([, module = '']) => `${module}.py`)
      .filter((file) => existsSync(path.join(root, 'runtimes/venv/python', file)));

    expect(imported).not.toEqual([]);
    expect(inside.map((file) => path.basename(file))).toEqual(expect.arrayContaining(imported));
  });
});
