import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { manifestOf, platformOf, servingNames } from '../../../../serving-configs/index.ts';
import { writePack } from '../../../../serving-configs/models/build/pack.ts';
import { newFolder } from '../../../support/temporary-folder.ts';

const MODEL = Buffer.from(Array.from({ length: 70_000 }, (_, index) => (index * 7) % 251));

/** Packs a model with two other files. */
const pack = async (): Promise<{ file: string; modelFile: string }> => {
  const folder = newFolder();
  const modelFile = path.join(folder, 'weights.onnx');
  mkdirSync(path.join(folder, 'code'));
  writeFileSync(modelFile, MODEL);
  writeFileSync(path.join(folder, 'code/handler.py'), 'print("é")\n');
  writeFileSync(path.join(folder, 'empty.json'), '');
  const file = path.join(folder, 'pack');
  const files = { 'code/handler.py': 'code/handler.py', 'INF/empty.json': 'empty.json' };
  await writePack(file, { model: 'weights/model.onnx', files }, modelFile, folder);
  return { file, modelFile };
};

describe('a packed model', () => {
  it('is a folder that hard-links the weights instead of copying them', async () => {
    const { file, modelFile } = await pack();
    const inside = readdirSync(file, { recursive: true, encoding: 'utf8' });

    expect(inside).toEqual(
      expect.arrayContaining(['code/handler.py', 'INF/empty.json', 'weights/model.onnx']),
    );
    expect(readFileSync(path.join(file, 'weights/model.onnx')).equals(MODEL)).toBe(true);
    expect(statSync(path.join(file, 'weights/model.onnx')).ino).toBe(statSync(modelFile).ino);
  });
});

const packed = servingNames.flatMap((serving) => {
  const models = manifestOf(serving).container?.models;
  return models?.packed === undefined ? [] : [[serving, models.files, models.packed] as const];
});

describe.each(packed)('the packed model of %s', (serving, files, { name, model, files: code }) => {
  const inside = Object.keys(code);

  it('has every file that its container needs', () => {
    const found = [...inside, model].map((file) => `${name}/${file}`);

    expect(found).toEqual(expect.arrayContaining([...files]));
  });

  it('contains every module of ours that its code imports', () => {
    const folder = path.resolve(
      import.meta.dirname,
      '../../../../serving-configs/platforms',
      platformOf(serving),
    );
    const ours = new Set(
      readdirSync(path.join(folder, '../../runtimes/venv/python')).map((file) =>
        path.basename(file, '.py'),
      ),
    );
    const imported = Object.values(code)
      .filter((file) => file.endsWith('.py'))
      .flatMap((file) => [
        ...readFileSync(path.join(folder, file), 'utf8').matchAll(/^\s*(?:import|from) (\w+)/gm),
      ])
      .flatMap(([, module = '']) => (ours.has(module) ? [`${module}.py`] : []));

    expect(imported).not.toEqual([]);
    expect(inside.map((file) => path.basename(file))).toEqual(expect.arrayContaining(imported));
  });
});
