import { appendFile, writeFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  eachRecord,
  takeRecords,
  openResultsFile,
} from '../../../../lib/bench/results/results-file.ts';
import type { ResultRecord } from '../../../../lib/bench/model/record.ts';
import { closed, isCompleted, recordedRun } from '../../../support/recorded-run.ts';
import { newFolder } from '../../../support/temporary-folder.ts';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { TYPESCRIPT_LOADER } from '../../../../lib/bench/run/child-process.ts';

const { records } = recordedRun({ levels: [closed(1)], repeats: 1, durationSeconds: 1 });

/** Longer than a chunk, with characters of several bytes that the edges of chunks may split. */
const long = records.map((record) => ({ ...record, note: 'ä€😀'.repeat(100_000) }));
const lineOf = (record: object): string => `${JSON.stringify(record)}\n`;

const written = async (lines: readonly string[]): Promise<string> => {
  const file = join(newFolder(), 'results.jsonl');
  await writeFile(file, lines);
  return file;
};

const readFrom = async (file: string) => {
  const read: ResultRecord[] = [];
  return { ...(await eachRecord(file, (record) => read.push(record))), read };
};

describe('A results file that is read in chunks', () => {
  it('gives the records of lines that span several chunks, and their length', async () => {
    const lines = long.map(lineOf);
    const file = await written(lines);

    expect(await readFrom(file)).toEqual({
      read: long,
      wholeBytes: Buffer.byteLength(lines.join('')),
    });
  });

  it.each([
    ['without an end', '{"kind":"measurement","ä'],
    ['that is not JSON', `${'\0'.repeat(300)}\n`],
  ])('gives the records before a last line %s, and its place', async (_, end) => {
    const lines = long.slice(0, 2).map(lineOf);
    const file = await written([...lines, end]);

    expect(await readFrom(file)).toEqual({
      read: long.slice(0, 2),
      wholeBytes: Buffer.byteLength(lines.join('')),
      halfLine: { line: 3, bytes: Buffer.byteLength(end) },
    });
  });

  it('is refused if a line is not JSON and another chunk follows', async () => {
    const lines = long.slice(0, 2).map(lineOf);
    const file = await written([...lines, 'no JSON\n']);
    await appendFile(file, lineOf(long[2] ?? {}));

    await expect(readFrom(file)).rejects.toMatchObject({
      code: 'BENCH_DAMAGED',
      message: expect.stringContaining(`line 3 of ${file}`) as string,
    });
  });

  it('is refused if a record contradicts itself, with its line', async () => {
    const last = records.findLast(isCompleted);
    const changed = { ...last, load: { ...last?.load, succeeded: 1e9 } };
    const others = records.slice(0, -1);
    const file = await written([...others, changed].map(lineOf));

    await expect(readFrom(file)).rejects.toMatchObject({
      code: 'BENCH_DAMAGED',
      message: expect.stringContaining(`${records.length} of ${file}`) as string,
      hint: expect.any(String) as string,
    });
  });

  it('gives the same records from its content in memory', async () => {
    const content = Buffer.from([...long.map(lineOf), '{"kind":'].join(''));
    const read: ResultRecord[] = [];
    await takeRecords([content], 'results.jsonl', (record) => read.push(record));

    expect(read).toEqual(long);
  });
});

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

    // On Node 20, the first start of a program writes it into a cache.
    const appending = [...TYPESCRIPT_LOADER, script, join(newFolder(), 'results.jsonl')];
    await promisify(execFile)(process.execPath, appending);
    // A limit of 64 KiB on the size of files simulates a full disk: the write that crosses it is cut short, the next one fails.
    const { stdout } = await promisify(execFile)('sh', [
      '-c',
      'ulimit -f 128 && exec "$0" "$@"',
      process.execPath,
      ...TYPESCRIPT_LOADER,
      script,
      file,
    ]);
    const appended = JSON.parse(stdout) as { written: number; code: string };

    expect(appended.code).toMatch(/^BENCH_DISK/);
    expect(appended.written).toBeGreaterThan(2);
    expect(await linesOf(file)).toHaveLength(appended.written);
  });
});
