import { execFile } from 'node:child_process';
import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openResultsFile } from '../../../../lib/bench/results/results-file.ts';
import { TYPESCRIPT_LOADER } from '../../../../lib/bench/run/child-process.ts';
import { closed, recordedRun } from '../../../support/recorded-run.ts';
import { newFolder } from '../../../support/temporary-folder.ts';

const { records } = recordedRun({ levels: [closed(1)], repeats: 1, durationSeconds: 1 });
const [first, second] = records;
if (first === undefined || second === undefined) throw new Error('no records');

const linesOf = async (file: string): Promise<unknown[]> =>
  (await readFile(file, 'utf8'))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);

describe('The results file', () => {
  it('takes one line per record, and continues at its end', async () => {
    const file = join(newFolder(), 'results.jsonl');
    for (const record of [first, second]) {
      const results = await openResultsFile(file);
      await results.append(record);
      await results.close();
    }

    expect(await linesOf(file)).toEqual([first, second]);
  });

  it('drops only an incomplete last line when it is opened again, and reports it', async () => {
    const file = join(newFolder(), 'results.jsonl');
    await appendFile(file, `${JSON.stringify(first)}\n{"kind":"measurement","ä`);
    const results = await openResultsFile(file);
    expect(results.dropped).toEqual({ line: 2, bytes: 25 });
    await results.append(second);
    await results.close();

    expect(await linesOf(file)).toEqual([first, second]);
  });

  it('is refused with a reason if it is a folder', async () => {
    const folder = newFolder();

    await expect(openResultsFile(folder)).rejects.toMatchObject({
      code: 'BENCH_FOLDER',
      message: `${folder} is a folder`,
    });
  });

  it('keeps only complete lines if the disk is full', async () => {
    const file = join(newFolder(), 'results.jsonl');
    const script = join(import.meta.dirname, 'append-until-full.ts');

    // A limit of 64 KiB on the size of files simulates a full disk: the write that crosses it is cut short, the next one fails.
    const { stdout } = await promisify(execFile)('sh', [
      '-c',
      'ulimit -f 128 && exec "$0" "$@"',
      process.execPath,
      ...TYPESCRIPT_LOADER,
      script,
      file,
    ]);
    const { written, code } = JSON.parse(stdout) as { written: number; code: string };

    expect(code).toMatch(/^BENCH_DISK/);
    expect(written).toBeGreaterThan(2);
    expect(await linesOf(file)).toHaveLength(written);
  });
});
