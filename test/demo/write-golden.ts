// `npm run report:golden` writes what the recorded run says in each format into golden/, to be read before it is committed.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { goldenReports } from './golden-reports.ts';

const folder = join(import.meta.dirname, 'golden');
await mkdir(folder, { recursive: true });
for (const [name, text] of await goldenReports()) await writeFile(join(folder, name), text);
