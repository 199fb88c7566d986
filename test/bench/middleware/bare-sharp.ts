/**
 * Reference (a): decodes and resizes one file again and again. Prints the CPU time of one pass in milliseconds, with all threads.
 */
import { readFileSync } from 'node:fs';

import sharp from 'sharp';

const file = readFileSync(process.argv[2] ?? '');
const passes = Number(process.argv[3] ?? 100);
sharp.concurrency(1);
sharp.cache(false);

const pass = async (): Promise<void> => {
  await sharp(file)
    .resize(256, 256, { fit: 'cover', kernel: 'linear' })
    .extract({ left: 16, top: 16, width: 224, height: 224 })
    .raw()
    .toBuffer();
};

const run = async (): Promise<void> => {
  for (let count = 0; count < 20; count += 1) await pass();
  const before = process.cpuUsage();
  for (let count = 0; count < passes; count += 1) await pass();
  const { user, system } = process.cpuUsage(before);
  process.stdout.write(`${JSON.stringify({ cpuMs: (user + system) / 1000 / passes })}\n`);
};

void run();
