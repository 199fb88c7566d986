import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readFigures, readSampleLines } from '../../../../../lib/aws/node/sampler/read-figures.ts';
import type { NodeSample } from '../../../../../lib/aws/node/sampler/sample.ts';
import { newFolder } from '../../../../support/temporary-folder.ts';

const lineAt = (t: number): string => {
  const sample: NodeSample = {
    t,
    cpu: { total: t * 2, idle: t, steal: 0 },
    cpuState: {},
    memoryUsedBytes: 1,
    net: { rxBytes: t, txBytes: 0 },
  };
  return `${JSON.stringify(sample)}\n`;
};

describe('the samples file', () => {
  it('is read from the beginning of the window, however much precedes it', async () => {
    const file = join(newFolder(), 'samples.jsonl');
    const nowMs = Date.now();
    const times = Array.from({ length: 3600 }, (_, index) => nowMs - 1000 * (3600 - index));
    await appendFile(file, times.map(lineAt).join(''));
    const lines = await readSampleLines(file, nowMs - 60_000);

    expect(lines.join('\n')).toContain(lineAt(nowMs - 60_000));
    expect(lines.length).toBeLessThan(600);
    expect(await readSampleLines(join(newFolder(), 'none'), 0)).toEqual([]);
  });
});

describe('the figures of a window that has just ended', () => {
  it('wait for the sample that closes it', async () => {
    const file = join(newFolder(), 'samples.jsonl');
    const toMs = Date.now();
    await appendFile(file, [3000, 2000, 1000].map((ago) => lineAt(toMs - ago)).join(''));
    const late = new Promise((resolve) => setTimeout(resolve, 150)).then(() =>
      appendFile(file, lineAt(toMs + 300)),
    );

    const figures = await readFigures(toMs - 2000, toMs, file);

    await late;
    expect(figures).toMatchObject({ samples: 2, rxBytes: 2000, cpuBusyShare: 0.5 });
  });

  it('are not known if no sampler runs', async () => {
    const toMs = Date.now() - 10_000;

    expect(await readFigures(toMs - 2000, toMs, join(newFolder(), 'none'))).toBeUndefined();
  });
});
