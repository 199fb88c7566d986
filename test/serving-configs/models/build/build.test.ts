import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { TYPESCRIPT_LOADER } from '../../../../lib/bench/run/child.ts';
import type { BuildRecord } from '../../../../serving-configs/models/build/record.ts';
import { encodeOnnx } from '../../../../serving-configs/models/onnx/messages.ts';
import { useTemporaryFolders } from '../../../support/temporary-folder.ts';
import { writeProgram } from '../../../support/write-program.ts';
import { tinyClassifier } from '../onnx/tiny-classifier.ts';

jest.setTimeout(120_000);

const ROOT = path.resolve(import.meta.dirname, '../../../..');
const temporaryFolder = useTemporaryFolders();

const start = (args: readonly string[]): ChildProcess =>
  spawn(process.execPath, [...TYPESCRIPT_LOADER, 'serving-configs/models/build.ts', ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });

const run = async (...args: readonly string[]) => {
  const child = start(args);
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout as NodeJS.ReadableStream),
    text(child.stderr as NodeJS.ReadableStream),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  return { code, stdout, stderr };
};

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) {
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
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

  it('leaves nothing that counts as done when it is killed in the middle of a part', async () => {
    const output = temporaryFolder();
    const pidFile = path.join(output, 'pid');
    const hanging = writeProgram(
      path.join(output, 'python'),
      `const fs = require('node:fs');
fs.writeFileSync(process.argv[4], 'half');
fs.writeFileSync('${pidFile}.new', String(process.pid));
fs.renameSync('${pidFile}.new', '${pidFile}');
setTimeout(() => {}, 60_000);`,
    );
    const args = [
      '--weights',
      tinyModel(),
      '--output',
      output,
      '--only',
      'onnx/nchw.onnx,torchscript',
    ];
    const child = start([...args, '--torch-python', hanging]);
    const closed = once(child, 'exit');
    await until(() => existsSync(pidFile));
    child.kill('SIGKILL');
    process.kill(Number(readFileSync(pidFile, 'utf8')), 'SIGKILL');
    await closed;

    const { stderr } = await run(...args);
    expect(stderr).toMatch(/^kept +onnx\/nchw\.onnx$/m);
    expect(stderr).toMatch(/^not here torchscript\/nchw\.pt/m);
    expect(existsSync(path.join(output, 'torchscript'))).toBe(false);
  });
});
