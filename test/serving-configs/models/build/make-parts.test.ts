import {
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  mkdirSync,
} from 'node:fs';
import path from 'node:path';
import { keysOf, selectParts } from '../../../../serving-configs/models/build/build-models.ts';
import { makeParts, type Build } from '../../../../serving-configs/models/build/make-parts.ts';
import { partsFor, type ModelUser } from '../../../../serving-configs/models/build/parts.ts';
import type { BuildRecord } from '../../../../serving-configs/models/build/record.ts';
import { UsageError } from '../../../../serving-configs/options/usage-error.ts';
import { sha256Of } from '../../../../serving-configs/models/built-folder.ts';
import { encodeOnnx } from '../../../../serving-configs/models/onnx/messages.ts';
import { readOnnx } from '../../../../serving-configs/models/onnx/read-onnx.ts';
import { newFolder } from '../../../support/temporary-folder.ts';
import { writeProgram } from '../../../support/write-program.ts';
import { tinyClassifier } from '../onnx/tiny-classifier.ts';

/** A serving that reads a model in every format. */
const users: readonly ModelUser[] = [
  {
    platform: 'some',
    manifest: {
      title: 'Some',
      model: {
        name: 'm',
        layout: 'NCHW',
        output: 'logits',
        tensors: { input: 'input', output: 'output' },
      },
      container: {
        image: { official: {} },
        command: [],
        models: {
          folder: 'some',
          files: [
            'm/config.pbtxt',
            'm/1/model.onnx',
            't/1/model.pt',
            'f/1/saved_model.pb',
            'm.mar',
          ],
        },
      },
    },
  },
];
const parts = partsFor(users);

/** The program of a tool. Its arguments are the script and `SOURCE TARGET KEY`. */
const tool = (code: string) => {
  const program = writeProgram(
    path.join(newFolder(), 'tool'),
    `const fs = require('node:fs');
const [source, target, key] = process.argv.slice(3);
${code}`,
  );
  return () => Promise.resolve({ program });
};

const MAKES = `fs.copyFileSync(source, target);
fs.writeFileSync(target + '.json', JSON.stringify({ key, by: 'Tool 1.0' }));`;
const MAKES_FOLDER = `fs.mkdirSync(target + '/variables', { recursive: true });
fs.copyFileSync(source, target + '/saved_model.pb');
fs.writeFileSync(target + '/variables/v', '');
fs.writeFileSync(target + '.json', JSON.stringify({ key, by: 'Tool 2.0' }));`;

const run = async (
  output: string,
  change: Partial<Build> & { weightsSha?: string; only?: readonly string[] } = {},
) => {
  const source = path.join(newFolder(), 'tiny.onnx');
  writeFileSync(source, encodeOnnx(tinyClassifier));
  const sha256 = change.weightsSha ?? 'of the tiny one';
  const events: string[] = [];
  const record = await makeParts({
    output,
    weights: { name: 'tiny', title: 'Tiny', trained: false, sha256, read: () => readOnnx(source) },
    parts,
    selected: selectParts(parts, change.only ?? []),
    keys: keysOf(
      parts,
      sha256,
      (name) => name,
      (name) => name,
    ),
    programs: {},
    scripts: '/the/scripts',
    report: (event, name) => events.push(`${event} ${name}`),
    ...change,
  });
  return { record, events };
};

const recordIn = (output: string) =>
  JSON.parse(readFileSync(path.join(output, 'models.json'), 'utf8')) as BuildRecord;
const made = ({ parts: list }: BuildRecord) => list.map((part) => part.path);
const notMade = ({ notMade: list }: BuildRecord) => list.map((part) => part.path);
const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .toSorted();

const HERE = [
  'onnx/nchw.onnx',
  'onnx/nhwc.onnx',
  'servings/some/m/config.pbtxt',
  'servings/some/m/1/model.onnx',
];

const NO_WEIGHTS = { name: 'tiny', title: 'Tiny', trained: false, sha256: 'of the tiny one' };
const notRead = (): never => {
  throw new Error('the weights were read');
};

describe('building the parts', () => {
  it('builds what can be built here, and says why the rest cannot', async () => {
    const output = newFolder();
    const { record } = await run(output);

    expect(recordIn(output)).toEqual(record);
    expect(made(record)).toEqual(HERE);
    expect(filesIn(output)).toEqual([...HERE, 'models.json'].toSorted());
    expect(record.notMade).toMatchObject([
      { path: 'torchscript/nchw.pt' },
      {
        path: 'servings/some/t/1/model.pt',
        reason: 'is built from torchscript/nchw.pt, which is missing',
      },
      { path: 'savedmodel/nchw' },
      { path: 'servings/some/f/1' },
      { path: 'servings/some/m.mar' },
    ]);
    expect(record.notMade[0]?.reason).toMatch(/^needs PyTorch.*--torch-python$/);
  });

  it('records the sizes and hashes of the files', async () => {
    const output = newFolder();
    const { record } = await run(output);
    const files = record.parts.flatMap((part) => part.files);

    expect(files).toHaveLength(HERE.length);
    for (const { path: name, sizeBytes, sha256 } of files) {
      const bytes = readFileSync(path.join(output, name));
      expect({ sizeBytes: bytes.length, sha256: sha256Of(bytes) }).toEqual({ sizeBytes, sha256 });
    }
  });

  it('gives the same bytes and the same record in another folder', async () => {
    const folders = [newFolder(), newFolder()] as const;
    await run(folders[0]);
    await run(folders[1]);

    for (const name of filesIn(folders[0])) {
      expect(readFileSync(path.join(folders[1], name))).toEqual(
        readFileSync(path.join(folders[0], name)),
      );
    }
  });

  it('rebuilds nothing that is up to date', async () => {
    const output = newFolder();
    await run(output);
    const before = statSync(path.join(output, 'onnx/nchw.onnx'));
    const weights = { ...NO_WEIGHTS, read: notRead };
    const { events } = await run(output, { weights });

    expect(events).toEqual(HERE.map((name) => `kept ${name}`));
    expect(statSync(path.join(output, 'onnx/nchw.onnx')).ino).toBe(before.ino);
  });

  it.each([
    ['cut off', (file: string) => truncateSync(file, 10)],
    ['missing', (file: string) => rmSync(file)],
    [
      'damaged without a change of its size',
      (file: string) => writeFileSync(file, readFileSync(file).fill(0, 0, 8)),
    ],
  ])('rebuilds a part that is %s, and no other', async (_, spoil) => {
    const output = newFolder();
    const { record } = await run(output);
    spoil(path.join(output, 'onnx/nhwc.onnx'));
    const again = await run(output);

    expect(again.events.filter((event) => !event.startsWith('kept'))).toEqual([
      'made onnx/nhwc.onnx',
    ]);
    expect(again.record).toEqual(record);
  });

  it('removes what was built from other weights before it builds anything', async () => {
    const output = newFolder();
    await run(output);
    const { record } = await run(output, { weightsSha: 'others', only: ['onnx/nchw.onnx'] });

    expect(made(record)).toEqual(['onnx/nchw.onnx', 'servings/some/m/config.pbtxt']);
    expect(filesIn(output)).toEqual([
      'models.json',
      'onnx/nchw.onnx',
      'servings/some/m/config.pbtxt',
    ]);
  });

  it('builds only the selected parts and keeps the rest', async () => {
    const output = newFolder();
    const first = await run(output, { only: ['servings/some/m/1'] });
    const second = await run(output, { only: ['onnx/nhwc.onnx'] });

    expect(made(first.record)).toEqual(['onnx/nchw.onnx', 'servings/some/m/1/model.onnx']);
    expect(made(second.record)).toEqual([
      'onnx/nchw.onnx',
      'onnx/nhwc.onnx',
      'servings/some/m/1/model.onnx',
    ]);
  });
});

describe('a part built by a tool', () => {
  it('is built by it if it is available, and then copied to the servings', async () => {
    const output = newFolder();
    const programs = { torchscript: tool(MAKES), savedmodel: tool(MAKES_FOLDER) };
    const { record } = await run(output, { programs });

    expect(notMade(record)).toEqual(['servings/some/m.mar']);
    expect(record.parts).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          path: 'torchscript/nchw.pt',
          by: 'Tool 1.0',
          madeFrom: 'onnx/nchw.onnx',
        }),
        expect.objectContaining({ path: 'servings/some/f/1', by: 'Tool 2.0' }),
      ]),
    );
    expect(filesIn(path.join(output, 'servings/some/f'))).toEqual([
      '1/saved_model.pb',
      '1/variables/v',
    ]);
    expect(readFileSync(path.join(output, 'servings/some/t/1/model.pt'))).toEqual(
      readFileSync(path.join(output, 'onnx/nchw.onnx')),
    );
  });

  it('is kept when the tool is missing the next time', async () => {
    const output = newFolder();
    const { record } = await run(output, { programs: { torchscript: tool(MAKES) } });

    expect((await run(output)).record).toEqual(record);
  });

  it('shows the output of a failing tool, and keeps what was built before', async () => {
    const output = newFolder();
    const failing = run(output, {
      programs: { torchscript: tool("console.error('no such operator'); process.exit(3);") },
    });

    await expect(failing).rejects.toThrow(UsageError);
    await expect(failing).rejects.toThrow(/ended with 3:\nno such operator/);
    expect(made(recordIn(output))).toEqual(HERE.slice(0, 2));
    expect(filesIn(output)).toEqual([...HERE.slice(0, 2), 'models.json'].toSorted());
  });

  it('does not count when the tool was interrupted, and its leftovers are removed later', async () => {
    const output = newFolder();
    const left = path.join(output, '.unfinished', 'of-a-killed-run');
    mkdirSync(left, { recursive: true });
    writeFileSync(path.join(left, 'nchw.pt'), 'half');
    expect(notMade((await run(output)).record)).toContain('torchscript/nchw.pt');
    expect(filesIn(output)).toContain('.unfinished/of-a-killed-run/nchw.pt');

    utimesSync(left, 0, 0);
    await run(output);
    expect(filesIn(output)).not.toContain('.unfinished/of-a-killed-run/nchw.pt');
  });
});
