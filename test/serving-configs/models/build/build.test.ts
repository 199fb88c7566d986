import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { TYPESCRIPT_LOADER } from '../../../../lib/bench/run/child.ts';
import { demandSameWeights } from '../../../../serving-configs/models/build/build-models.ts';
import type { BuildRecord } from '../../../../serving-configs/models/build/record.ts';
import { encodeOnnx } from '../../../../serving-configs/models/onnx/messages.ts';
import { useTemporaryFolders } from '../../../support/temporary-folder.ts';
import { tinyClassifier } from '../onnx/tiny-classifier.ts';

jest.setTimeout(120_000);

const ROOT = path.resolve(import.meta.dirname, '../../../..');
const temporaryFolder = useTemporaryFolders();

const run = async (...args: readonly string[]) => {
  const child = spawn(
    process.execPath,
    [...TYPESCRIPT_LOADER, 'serving-configs/models/build.ts', ...args],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  return { code, stdout, stderr };
};

const tinyModel = (): string => {
  const file = path.join(temporaryFolder(), 'tiny.onnx');
  writeFileSync(file, encodeOnnx(tinyClassifier));
  return file;
};

describe('the command that makes all models', () => {
  it('makes those of a given file and prints where their record is', async () => {
    const output = temporaryFolder();
    const { code, stdout, stderr } = await run('--weights', tinyModel(), '--output', output);
    const record = JSON.parse(readFileSync(stdout.trim(), 'utf8')) as BuildRecord;

    expect(code).toBe(0);
    expect(stdout).toBe(`${path.join(output, 'models.json')}\n`);
    expect(record.weights).toMatchObject({ title: 'tiny.onnx, taken for trained', trained: true });
    expect(stderr).toMatch(/^made +onnx\/nchw\.onnx$/m);
    expect(stderr).toMatch(/^not here torchscript\/nchw\.pt: needs PyTorch/m);
  });
});

const random = { title: 'random weights', sha256: 'aa' };
const lite0 = { title: 'weights of lite0', sha256: 'bb' };

describe('a folder for what is made', () => {
  it('is taken where it is empty, or holds what was made of the same weights', async () => {
    const folder = temporaryFolder();
    await expect(demandSameWeights(folder, random)).resolves.toBeUndefined();

    writeFileSync(path.join(folder, 'models.json'), JSON.stringify({ weights: random }));
    await expect(demandSameWeights(folder, random)).resolves.toBeUndefined();
  });

  it('is refused where it holds what was made of others, with both names', async () => {
    const folder = temporaryFolder();
    writeFileSync(path.join(folder, 'models.json'), JSON.stringify({ weights: random }));

    await expect(demandSameWeights(folder, lite0)).rejects.toThrow(
      `${folder} holds what was made of other weights: random weights, and these are weights of lite0`,
    );
  });
});
