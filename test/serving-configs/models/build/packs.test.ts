import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { manifestOf, platformOf, servingNames } from '../../../../serving-configs/index.ts';
import { sha256Of } from '../../../../serving-configs/models/built-folder.ts';
import { keysOf, selectParts } from '../../../../serving-configs/models/build/build-models.ts';
import { makeParts } from '../../../../serving-configs/models/build/make-parts.ts';
import { writePack, type PackContents } from '../../../../serving-configs/models/build/pack.ts';
import { partsFor, type ModelUser } from '../../../../serving-configs/models/build/parts.ts';
import { encodeOnnx } from '../../../../serving-configs/models/onnx/messages.ts';
import { readOnnx } from '../../../../serving-configs/models/onnx/read-onnx.ts';
import { useTemporaryFolders } from '../../../support/temporary-folder.ts';
import { tinyClassifier } from '../onnx/tiny-classifier.ts';

const temporaryFolder = useTemporaryFolders();
const MODEL = Buffer.from(Array.from({ length: 70_000 }, (_, index) => (index * 7) % 251));

/** Packs a model with two files of code. */
const pack = async (as: PackContents['as']): Promise<{ file: string; modelFile: string }> => {
  const folder = temporaryFolder();
  const modelFile = path.join(folder, 'weights.onnx');
  mkdirSync(path.join(folder, 'code'));
  writeFileSync(modelFile, MODEL);
  writeFileSync(path.join(folder, 'code/handler.py'), 'print("é")\n');
  writeFileSync(path.join(folder, 'empty.json'), '');
  const file = path.join(folder, 'pack');
  const files = { 'code/handler.py': 'code/handler.py', 'INF/empty.json': 'empty.json' };
  await writePack(file, { as, model: 'weights/model.onnx', files }, modelFile, folder);
  return { file, modelFile };
};

describe('a model in one piece with its code', () => {
  it('is a file that holds the weights as they are', async () => {
    const { file } = await pack('zip');

    expect(readFileSync(file).includes(MODEL)).toBe(true);
  });

  it('has the same bytes whenever it is written', async () => {
    const [one, other] = [await pack('zip'), await pack('zip')];

    expect(readFileSync(one.file).equals(readFileSync(other.file))).toBe(true);
  });

  it('is a folder in which the weights have a second name instead of a copy', async () => {
    const { file, modelFile } = await pack('folder');
    const inside = readdirSync(file, { recursive: true, encoding: 'utf8' });

    expect(inside).toEqual(
      expect.arrayContaining(['code/handler.py', 'INF/empty.json', 'weights/model.onnx']),
    );
    expect(readFileSync(path.join(file, 'weights/model.onnx')).equals(MODEL)).toBe(true);
    expect(statSync(path.join(file, 'weights/model.onnx')).ino).toBe(statSync(modelFile).ino);
  });
});

/** A platform that reads an archive, with the code that lies beside the scripts. */
const user: ModelUser = {
  platform: 'some',
  manifest: {
    title: 'Some',
    model: { name: 'm', family: 'torch', layout: 'NCHW', output: 'logits' },
    container: {
      image: { official: {} },
      command: [],
      models: {
        folder: 'some',
        mountedAt: '/models',
        files: ['m.mar'],
        packed: { as: 'zip', name: 'm.mar', model: 'm.onnx', files: { 'h.py': 'code/h.py' } },
      },
    },
  },
};

/** Makes what it reads; gives what was done and the record of the archive. */
const make = async (output: string, code: string) => {
  const folder = temporaryFolder();
  const source = path.join(folder, 'tiny.onnx');
  writeFileSync(source, encodeOnnx(tinyClassifier));
  mkdirSync(path.join(folder, 'platforms/some/code'), { recursive: true });
  writeFileSync(path.join(folder, 'platforms/some/code/h.py'), code);
  const events: string[] = [];
  const parts = partsFor([user]);
  const { parts: made } = await makeParts({
    output,
    weights: {
      name: 't',
      title: 'Tiny',
      trained: false,
      sha256: 's',
      read: () => readOnnx(source),
    },
    parts,
    selected: selectParts(parts, ['servings']),
    keys: keysOf(parts, 's', String, (file) => readFileSync(path.join(folder, file), 'utf8')),
    programs: {},
    scripts: path.join(folder, 'models'),
    report: (event, name) => events.push(`${event} ${name}`),
  });
  return { events, archive: made.find((part) => part.path === 'servings/some/m.mar') };
};

describe('an archive among the parts', () => {
  it('is made once, with its checksum and what it is made from', async () => {
    const output = temporaryFolder();
    const first = await make(output, 'one');
    const again = await make(output, 'one');

    expect(first.events).toEqual(['made onnx/nchw.onnx', 'made servings/some/m.mar']);
    expect(first.archive).toMatchObject({
      madeFrom: 'onnx/nchw.onnx',
      files: [{ sha256: sha256Of(readFileSync(path.join(output, 'servings/some/m.mar'))) }],
    });
    expect(again).toEqual({
      events: ['kept onnx/nchw.onnx', 'kept servings/some/m.mar'],
      archive: first.archive,
    });
  });

  it('is made again when its code is another one, and the model is not', async () => {
    const output = temporaryFolder();
    await make(output, 'one');

    expect((await make(output, 'two')).events).toEqual([
      'removed servings/some/m.mar',
      'kept onnx/nchw.onnx',
      'made servings/some/m.mar',
    ]);
  });
});

const packed = servingNames.flatMap((serving) => {
  const models = manifestOf(serving).container?.models;
  return models?.packed === undefined ? [] : [[serving, models.files, models.packed] as const];
});

describe.each(packed)(
  'what %s reads in one piece',
  (serving, files, { as, name, model, files: code }) => {
    const inside = Object.keys(code);

    it('has all that its container is to find', () => {
      const found = as === 'zip' ? [name] : [...inside, model].map((file) => `${name}/${file}`);

      expect(found).toEqual(expect.arrayContaining([...files]));
    });

    it('brings every module of ours that its code imports', () => {
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
  },
);
