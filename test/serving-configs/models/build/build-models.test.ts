import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import {
  assertSameWeights,
  buildModels,
} from '../../../../serving-configs/models/build/build-models.ts';
import { partsFor, selectParts } from '../../../../serving-configs/models/build/parts.ts';
import type { BuildRecord } from '../../../../serving-configs/models/build/record.ts';
import { UsageError } from '../../../../serving-configs/options/usage-error.ts';
import { sha256Of } from '../../../../serving-configs/models/built-folder.ts';
import { CLASSIFIER } from '../../../../serving-configs/models/model.ts';
import { encodeOnnx } from '../../../../serving-configs/models/onnx/messages.ts';
import { runScript } from '../../../support/run-script.ts';
import { newFolder } from '../../../support/temporary-folder.ts';
import { writeProgram } from '../../../support/write-program.ts';
import { tinyClassifier } from '../onnx/tiny-classifier.ts';

/** The parts of servings that together read a model in every format. */
const parts = partsFor(CLASSIFIER, 'cpu', ['triton_onnx', 'torchserve', 'tfserving', 'bentoml']);

/** The program of a tool. Its arguments are the script and `SOURCE TARGET`. */
const tool = (code: string) => {
  const program = writeProgram(
    path.join(newFolder(), 'tool'),
    `const fs = require('node:fs');
const [source, target] = process.argv.slice(3);
${code}`,
  );
  return () => Promise.resolve({ program });
};

const MAKES = "fs.copyFileSync(source, target); console.log('working\\nTool 1.0');";
const MAKES_FOLDER = `fs.mkdirSync(target + '/variables', { recursive: true });
fs.copyFileSync(source, target + '/saved_model.pb');
fs.writeFileSync(target + '/variables/v', '');
console.log('Tool 2.0');`;

const tinyModel = (): string => {
  const file = path.join(newFolder(), 'tiny.onnx');
  writeFileSync(file, encodeOnnx(tinyClassifier));
  return file;
};

type Request = Parameters<typeof buildModels>[0];

const build = async (
  output: string,
  {
    sha256 = 'of the tiny one',
    only = [],
    ...change
  }: Partial<Request> & { sha256?: string; only?: readonly string[] } = {},
) => {
  const file = tinyModel();
  const events: string[] = [];
  const missing = await buildModels({
    model: CLASSIFIER,
    output,
    weights: { name: 'tiny', title: 'Tiny', trained: false, sha256, file },
    parts,
    selected: selectParts(parts, only),
    programs: {},
    report: (event, name) => events.push(`${event} ${name}`),
    ...change,
  });
  return { record: recordIn(output), missing, events };
};

const recordIn = (output: string) =>
  JSON.parse(readFileSync(path.join(output, 'models.json'), 'utf8')) as BuildRecord;
const made = ({ parts: list }: BuildRecord) => list.map((part) => part.path);
const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .toSorted();

const [NCHW, NHWC, KERAS] = [
  'onnx/nchw.onnx',
  'onnx/nhwc.onnx',
  'onnx/nhwc-probabilities-image-probs.onnx',
];
const [CONFIG, MODEL] = [
  'servings/triton/resnet50-onnx/config.pbtxt',
  'servings/triton/resnet50-onnx/1/model.onnx',
];
const PACK = 'servings/bentoml/resnet-50';
/** What needs no tool. */
const HERE = [NCHW, NHWC, CONFIG, MODEL, KERAS, 'onnx/nchw-probabilities.onnx', PACK];

describe('building the parts', () => {
  it('builds what can be built here, and says why the rest cannot', async () => {
    const output = newFolder();
    const { record, missing } = await build(output);

    expect(made(record)).toEqual(HERE);
    const recorded = record.parts.flatMap(({ files }) => files.map((file) => file.path));
    expect(filesIn(output)).toEqual([...recorded, 'models.json'].toSorted());
    expect(missing).toEqual([
      {
        path: 'torchscript/nchw.pt',
        reason: expect.stringMatching(/^needs PyTorch.*--torch-python$/) as string,
      },
      { path: 'servings/torchserve/resnet-50.mar', reason: expect.any(String) as string },
      { path: 'savedmodel/nhwc-probabilities-image-probs', reason: expect.any(String) as string },
      {
        path: 'servings/tfserving/resnet-50/1',
        reason: 'is built from savedmodel/nhwc-probabilities-image-probs, which is missing',
      },
    ]);
  });

  it('records the sizes and hashes of the files, which are the same in every folder', async () => {
    const [output, other] = [newFolder(), newFolder()];
    const { record } = await build(output);

    expect((await build(other)).record).toEqual(record);
    for (const { path: name, sizeBytes, sha256 } of record.parts.flatMap(({ files }) => files)) {
      const bytes = readFileSync(path.join(output, name));
      expect({ sizeBytes: bytes.length, sha256: sha256Of(bytes) }).toEqual({ sizeBytes, sha256 });
    }
  });

  it('packs a model and its code, and links the model instead of copying it', async () => {
    const output = newFolder();
    await build(output);
    const inode = (name: string) => statSync(path.join(output, name)).ino;

    expect(filesIn(path.join(output, PACK))).toEqual(
      expect.arrayContaining(['bento.yaml', 'src/model.onnx', 'src/service.py']),
    );
    expect(inode(`${PACK}/src/model.onnx`)).toBe(inode('onnx/nchw-probabilities.onnx'));
    expect(inode(MODEL)).toBe(inode(NCHW));
  });

  it('can be read by the users of containers, even if the mask of this user forbids it', async () => {
    const [output, mask] = [path.join(newFolder(), 'models'), process.umask(0o077)];
    await build(output, { only: [PACK] }).finally(() => process.umask(mask));
    const modes = [PACK, `${PACK}/src/service.py`].map(
      (name) => statSync(path.join(output, name)).mode,
    );

    expect(modes.map((mode) => mode & 0o777)).toEqual([0o755, 0o644]);
  });

  it('rebuilds nothing that is up to date, and does not read the weights then', async () => {
    const output = newFolder();
    await build(output);
    const weights = { name: 'tiny', title: 'Tiny', trained: false, sha256: 'of the tiny one' };

    expect((await build(output, { weights })).events).toEqual(HERE.map((name) => `kept ${name}`));
    rmSync(path.join(output, NCHW));
    await expect(build(output, { weights })).rejects.toMatchObject({
      name: 'UsageError',
      message: expect.stringContaining(weights.title) as string,
    });
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
    const { record } = await build(output);
    spoil(path.join(output, NHWC));
    const again = await build(output);

    expect(again.events.filter((event) => !event.startsWith('kept'))).toEqual([`made ${NHWC}`]);
    expect(again.record).toEqual(record);
  });

  it('removes what was built from other weights before it builds anything', async () => {
    const output = newFolder();
    await build(output);
    const { record } = await build(output, { sha256: 'others', only: [NCHW] });

    expect(made(record)).toEqual([NCHW, CONFIG]);
    expect(filesIn(output)).toEqual(['models.json', NCHW, CONFIG]);
  });

  it('builds only the selected parts and keeps the rest', async () => {
    const output = newFolder();
    const first = await build(output, { only: [MODEL] });
    const second = await build(output, { only: [NHWC] });

    expect(made(first.record)).toEqual([NCHW, MODEL]);
    expect(made(second.record)).toEqual([NCHW, NHWC, MODEL]);
  });
});

describe('a part built by a tool', () => {
  it('is built by it if it is available, and then copied to the servings', async () => {
    const output = newFolder();
    const programs = { torchscript: tool(MAKES), savedmodel: tool(MAKES_FOLDER) };
    const { record, missing } = await build(output, { programs });

    expect(missing).toMatchObject([{ path: 'servings/torchserve/resnet-50.mar' }]);
    expect(record.parts).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ path: 'torchscript/nchw.pt', by: 'Tool 1.0', madeFrom: NCHW }),
        expect.objectContaining({ path: 'servings/tfserving/resnet-50/1', by: 'Tool 2.0' }),
      ]),
    );
    expect(filesIn(path.join(output, 'servings/tfserving/resnet-50'))).toEqual([
      '1/saved_model.pb',
      '1/variables/v',
    ]);
    expect(readFileSync(path.join(output, 'torchscript/nchw.pt'))).toEqual(
      readFileSync(path.join(output, NCHW)),
    );
  });

  it('is kept when the tool is missing the next time', async () => {
    const output = newFolder();
    const { record } = await build(output, { programs: { torchscript: tool(MAKES) } });

    expect((await build(output)).record).toEqual(record);
  });

  it('shows the output of a failing tool, and keeps what was built before', async () => {
    const output = newFolder();
    const failing = build(output, {
      programs: { torchscript: tool("console.error('E_OPERATOR'); process.exit(3);") },
    });

    await expect(failing).rejects.toThrow(UsageError);
    await expect(failing).rejects.toThrow(/ 3:\nE_OPERATOR$/);
    expect(made(recordIn(output))).toEqual([NCHW, NHWC]);
    expect(filesIn(output)).toEqual(['models.json', NCHW, NHWC]);
  });
});

describe('a killed run', () => {
  it('leaves nothing behind once another run begins', async () => {
    const output = newFolder();
    const gone = spawnSync(process.execPath, ['-e', '']).pid;
    const left = path.join(output, `models.json.${gone}-ab.unfinished`);
    mkdirSync(left, { recursive: true });
    writeFileSync(path.join(left, 'nchw.pt'), 'half');
    await build(output, { only: [NCHW] });

    expect(filesIn(output)).toEqual(['models.json', NCHW]);
  });
});

describe('the command that builds all models', () => {
  it('builds them from a file and prints the path of their record', async () => {
    const output = newFolder();
    const args = ['--weights', tinyModel(), '--output', output];
    const { code, stdout, stderr } = await runScript('serving-configs/models/build.ts', args);

    expect(code).toBe(0);
    expect(stdout).toBe(`${path.join(output, 'models.json')}\n`);
    expect(recordIn(output).weights).toMatchObject({
      title: 'tiny.onnx, assumed to be trained',
      trained: true,
    });
    expect(stderr).toMatch(/^made +onnx\/nchw\.onnx$/m);
    expect(stderr).toMatch(/ torchscript\/nchw\.pt: .*--torch-python$/m);
  });
});

const random = { title: 'random weights', sha256: 'aa' };
const lite0 = { title: 'weights of lite0', sha256: 'bb' };

describe('an output folder', () => {
  it('is accepted if it is empty or was built from the same weights', async () => {
    const folder = newFolder();
    await expect(assertSameWeights(folder, random)).resolves.toBeUndefined();

    writeFileSync(path.join(folder, 'models.json'), JSON.stringify({ weights: random }));
    await expect(assertSameWeights(folder, random)).resolves.toBeUndefined();
  });

  it('is refused if it was built from other weights, with both names', async () => {
    const folder = newFolder();
    writeFileSync(path.join(folder, 'models.json'), JSON.stringify({ weights: random }));

    await expect(assertSameWeights(folder, lite0)).rejects.toThrow(
      new RegExp(`^${folder} .*: ${random.title}, .* ${lite0.title}$`),
    );
  });
});
