import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { FloatTensor } from '../../../../serving-configs/models/torch-file/read-state-dict.ts';
import { newFolder } from '../../../support/temporary-folder.ts';
import { writeProgram } from '../../../support/write-program.ts';

/** Stands for Python, and finds the same tensors in every file. `test/tools/state-dict.test.ts` runs the real one. */
export const pythonWith = (tensors: ReadonlyMap<string, FloatTensor>): string => {
  const folder = newFolder();
  const output = path.join(folder, 'tensors');
  const names = [...tensors].map(([name, { shape }]) => [name, shape]);
  const values = [...tensors.values()].map(
    ({ values: { buffer, byteOffset, byteLength } }) =>
      new Uint8Array(buffer, byteOffset, byteLength),
  );
  writeFileSync(output, Buffer.concat([Buffer.from(`${JSON.stringify(names)}\n`), ...values]));
  return writeProgram(
    path.join(folder, 'python'),
    `require('node:fs').copyFileSync(${JSON.stringify(output)}, process.argv.at(-1));`,
  );
};

/** Stands for Python, and cannot use any file. */
export const pythonThatRefuses = (problem: string): string =>
  writeProgram(path.join(newFolder(), 'python'), `console.log(${JSON.stringify(problem)});`);
