/**
 * Stands for `serving-configs/runtimes/venv/setup.ts`: installs by writing a file a serving, and leaves a long work to a program
 * of its own, as pip is one.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { stateFolder } from './state.ts';

const { values } = parseArgs({ options: { servings: { type: 'string' } } });
const seconds = process.env.VENV_STAND_IN_SECONDS ?? '0';
const work = `setTimeout(() => {}, ${Number(seconds) * 1000})`;

for (const serving of (values.servings ?? 'triton_pytorch,tfserving').split(',')) {
  process.stderr.write(`${serving}: installs\n`);
  if (serving === 'mms') {
    process.stderr.write('error: Java is missing\nhint:  install Java 17\n');
    process.exit(2);
  }
  await once(spawn(process.execPath, ['-e', work], { stdio: 'ignore' }), 'close');
  if (serving !== 'triton_tensorflow') writeFileSync(join(stateFolder, serving), '1.0');
}
