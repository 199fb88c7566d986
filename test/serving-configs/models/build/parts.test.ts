import { existsSync } from 'node:fs';
import path from 'node:path';
import { ownManifestOf, platformOf, servingNames } from '../../../../serving-configs/index.ts';
import {
  formName,
  formWith,
  type Part,
  partsFor,
  sourceOf,
} from '../../../../serving-configs/models/build/parts.ts';
import { keysOf, selectParts } from '../../../../serving-configs/models/build/build-models.ts';
import { UsageError } from '../../../../serving-configs/options/usage-error.ts';

const SERVING_CONFIGS = path.resolve(import.meta.dirname, '../../../../serving-configs');

const all = partsFor(
  servingNames.map((serving) => ({
    platform: platformOf(serving),
    manifest: ownManifestOf(serving),
  })),
);
const targetsOf = (parts: readonly Part[]): readonly string[] => parts.map((part) => part.path);
const partAt = (place: string): Part | undefined => all.find((part) => part.path === place);

const packs = all.flatMap(({ recipe }) => (recipe.kind === 'pack' ? [recipe] : []));

const wanted = servingNames.flatMap((serving) => {
  const { files, folder } = ownManifestOf(serving).container.models;
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
    const recipe = partAt('servings/torchserve/resnet-50.mar')?.recipe;
    const handler = recipe?.kind === 'tool' ? (recipe.handler ?? '') : '';

    expect(recipe).toMatchObject({ kind: 'tool', tool: 'archive', of: 'torchscript/nchw.pt' });
    expect(existsSync(path.join(SERVING_CONFIGS, handler))).toBe(true);
  });

  it('include packed models, whose code exists', () => {
    expect(packs.length).toBeGreaterThan(0);
    for (const { of, files } of packs) {
      const here = Object.values(files).filter((file) =>
        existsSync(path.join(SERVING_CONFIGS, file)),
      );

      expect(partAt(of)?.recipe.kind).toBe('onnx');
      expect(here).toEqual(Object.values(files));
    }
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

const keys = (weights = 'w', script = 's', code = 'c') =>
  keysOf(
    all,
    weights,
    (tool) => `${tool} ${script}`,
    (file) => `${file} ${code}`,
  );
const changed = (other: ReadonlyMap<string, string>) =>
  targetsOf(all).filter((name) => keys().get(name) !== other.get(name));
const kindOf = (name: string) => partAt(name)?.recipe.kind;

describe('the key of a part', () => {
  it('changes with the weights, except for parts without weights', () => {
    const kinds = new Set(changed(keys('others')).map((name) => String(kindOf(name))));

    expect([...kinds].toSorted()).toEqual(['copy', 'onnx', 'pack', 'tool']);
    expect(changed(keys('others'))).toHaveLength(
      all.filter(({ recipe }) => recipe.kind !== 'text').length,
    );
  });

  it('changes for parts that a changed script builds, and their copies', () => {
    expect(changed(keys('w', 'changed')).every((name) => kindOf(name) !== 'onnx')).toBe(true);
    expect(changed(keys('w', 'changed'))).toEqual(
      expect.arrayContaining(['torchscript/nchw.pt', 'servings/triton/resnet50-torch/1/model.pt']),
    );
  });

  it('changes only for packs whose code has changed', () => {
    const kinds = changed(keys('w', 's', 'changed')).map(kindOf);

    expect([...new Set(kinds)]).toEqual(['pack']);
    expect(kinds).toHaveLength(packs.length);
  });
});
