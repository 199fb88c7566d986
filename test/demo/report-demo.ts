// `npm run report:demo [-- DIR]` writes the report of the recorded run, made on a small machine, into results/demo or DIR.
import { cp } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { writeReport } from '../../lib/bench/report/write-report.ts';

const out = resolve(process.argv[2] ?? 'results/demo');
await cp(join(import.meta.dirname, 'recorded-run'), out, { recursive: true });
process.stdout.write(`${(await writeReport(out)).files.html}\n`);
