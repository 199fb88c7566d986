// `npm run report:golden` writes the golden reports into golden/. Read the changes before you commit them.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { goldenReports } from './golden-reports.ts';

const folder = join(import.meta.dirname, 'golden');
await mkdir(folder, { recursive: true });
for (const [name, text] of await goldenReports()) await writeFile(join(folder, name), text);
