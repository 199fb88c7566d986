import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readFigures } from '../../../../lib/node/sampler/read-figures.ts';
import type { NodeSample } from '../../../../lib/node/sampler/sample.ts';
import {
  createSamplesWriter,
  olderFile,
  readSampleLines,
} from '../../../../lib/node/sampler/samples-file.ts';
import { useTemporaryFolders } from '../../../support/temporary-folder.ts';

const temporaryFolder = useTemporaryFolders();

const sampleAt = (t: number): NodeSample => ({
  t,
  cpu: { total: t * 2, idle: t, steal: 0 },
  memoryUsedBytes: 1,
  net: { rxBytes: t, txBytes: 0 },
});

const LINE_BYTES = JSON.stringify(sampleAt(1000)).length + 1;

describe('the samples file', () => {
  it('holds no more than two files of its size, and in them the latest samples', async () => {
    const file = join(temporaryFolder(), 'samples.jsonl');
    const write = await createSamplesWriter(file, LINE_BYTES * 10);

    for (let second = 1000; second < 1045; second += 1) await write(sampleAt(second));

    expect((await stat(file)).size).toBe(LINE_BYTES * 5);
    expect((await stat(olderFile(file))).size).toBe(LINE_BYTES * 10);
    const lines = (await readSampleLines(file, 0)).filter((line) => line !== '');
    expect(lines.map((line) => (JSON.parse(line) as NodeSample).t)).toEqual(
      Array.from({ length: 15 }, (_, index) => 1030 + index),
    );
  });

  it('goes on with a file that is there', async () => {
    const file = join(temporaryFolder(), 'samples.jsonl');
    await (
      await createSamplesWriter(file)
    )(sampleAt(1));

    await (
      await createSamplesWriter(file)
    )(sampleAt(2));

    expect((await readFile(file, 'utf8')).trim().split('\n')).toHaveLength(2);
  });

  it('is read with the older one only where the window begins in that', async () => {
    const file = join(temporaryFolder(), 'samples.jsonl');
    await writeFile(olderFile(file), `${JSON.stringify(sampleAt(1000))}\n`);
    await writeFile(file, `${JSON.stringify(sampleAt(2000))}\n`);

    expect((await readSampleLines(file, 1500)).join('')).toContain('"t":1000');
    expect((await readSampleLines(file, 2000)).join('')).not.toContain('"t":1000');
    expect(await readSampleLines(join(temporaryFolder(), 'none'), 0)).toEqual([]);
  });
});

describe('the figures of a window that has just ended', () => {
  it('wait for the sample that closes it', async () => {
    const file = join(temporaryFolder(), 'samples.jsonl');
    const write = await createSamplesWriter(file);
    const toMs = Date.now();
    for (const ago of [3000, 2000, 1000]) await write(sampleAt(toMs - ago));
    const late = new Promise((resolve) => setTimeout(resolve, 400)).then(() =>
      write(sampleAt(toMs + 300)),
    );

    const figures = await readFigures(toMs - 2000, toMs, file);

    await late;
    expect(figures).toMatchObject({ samples: 2, rxBytes: 2000, cpuBusyShare: 0.5 });
  });

  it('are not known where no sampler runs', async () => {
    const toMs = Date.now() - 10_000;

    expect(await readFigures(toMs - 2000, toMs, join(temporaryFolder(), 'none'))).toBeUndefined();
  });
});
