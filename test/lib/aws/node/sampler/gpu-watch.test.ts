import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  GPU_QUERY,
  parseGpuLine,
  watchGpu,
  type GpuWatch,
} from '../../../../../lib/aws/node/sampler/gpu-watch.ts';
import { readUntil } from '../../../../support/read-until.ts';
import { newFolder } from '../../../../support/temporary-folder.ts';
import { writeProgram } from '../../../../support/write-program.ts';

const watches: GpuWatch[] = [];

afterEach(() => {
  for (const watch of watches.splice(0)) watch.stop();
});

/** Writes a stand-in for nvidia-smi that runs some code and does not end by itself. */
const programThat = (does: string): string => {
  const file = join(newFolder(), 'nvidia-smi');
  return writeProgram(
    file,
    `const call = [process.pid, ...process.argv.slice(2)].join(' ');
require('node:fs').appendFileSync('${file}.calls', call + '\\n');
${does}
setTimeout(() => {}, 60_000);`,
  );
};

const watching = (program: string): GpuWatch => {
  const watch = watchGpu(program);
  watches.push(watch);
  return watch;
};

type Reading = ReturnType<GpuWatch['latest']>;

const readingThat = (watch: GpuWatch, matches: (reading: Reading) => boolean): Promise<Reading> =>
  readUntil(async () => watch.latest(Date.now()), matches, 30_000);

const firstReading = (watch: GpuWatch): Promise<Reading> =>
  readingThat(watch, (reading) => reading !== undefined);

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('a line of nvidia-smi', () => {
  const figures = {
    utilisationPercent: 87,
    memoryUsedMiB: 1234,
    smClockMHz: 1590,
  };

  it.each([
    ['0x0000000000000000', []],
    // An idle GPU, and clocks that somebody set, are not throttling.
    ['0x0000000000000001', []],
    ['0x0000000000000002', []],
    ['0x0000000000000004', ['sw-power-cap']],
    ['0x0000000000000020', ['sw-thermal-slowdown']],
    ['0x0000000000000048', ['hw-slowdown', 'hw-thermal-slowdown']],
    ['0x000000000000008C', ['sw-power-cap', 'hw-slowdown', 'hw-power-brake']],
  ])('gives the figures in the order of the query, and the reasons of %s', (mask, reasons) => {
    expect(parseGpuLine(`87, 1234, 1590, ${mask}`)).toEqual({
      ...figures,
      throttleReasons: reasons,
    });
  });

  it.each(['[N/A]', '[Not Supported]', ''])('has no reasons if they are "%s"', (no) => {
    expect(parseGpuLine(`87, 1234, 1590, ${no}`)).toEqual(figures);
  });

  it.each([
    '87, [N/A], 1590, 0x0000000000000000',
    '87, [Not Supported], 1590, 0x0000000000000000',
    '87, , 1590, 0x0000000000000000',
    '87, 1234',
    'Field "clocks_event_reasons.active" is not a valid field to query.',
    'Unable to determine the device handle for GPU 0000:00:1E.0: Unknown Error',
    '',
  ])('is ignored if it is "%s"', (line) => {
    expect(parseGpuLine(line)).toBeUndefined();
  });
});

describe('the watch over the GPU', () => {
  it('keeps one process that writes a line per second, and returns the last one', async () => {
    const program = programThat(
      "console.log('1, 2, 3, 0x0000000000000000'); setTimeout(() => console.log('9, 8, 7, 0x0000000000000004'), 200);",
    );
    const watch = watching(program);

    expect(await firstReading(watch)).toMatchObject({ utilisationPercent: 1 });
    await readingThat(watch, (reading) => reading?.utilisationPercent === 9);
    const calls = readFileSync(`${program}.calls`, 'utf8').trim().split('\n');
    expect(calls.map((call) => call.replace(/^\d+ /, ''))).toEqual([GPU_QUERY.join(' ')]);
  });

  it('ignores a reading that is too old', async () => {
    const watch = watching(programThat("console.log('1, 2, 3, 0x0000000000000000');"));
    await firstReading(watch);

    expect(watch.latest(Date.now() + 10_000)).toBeUndefined();
  });

  it('ends its process when it is stopped', async () => {
    const program = programThat("console.log('1, 2, 3, 0x0000000000000000');");
    const watch = watching(program);
    await firstReading(watch);
    const pid = Number(readFileSync(`${program}.calls`, 'utf8').split(' ')[0]);

    watch.stop();
    const runs = await readUntil(
      async () => isRunning(pid),
      (value) => !value,
      30_000,
    );

    expect(runs).toBe(false);
  });

  it('has no readings on a machine without a GPU', async () => {
    const watch = watching(join(newFolder(), 'nvidia-smi'));
    await sleep(200);

    expect(watch.latest(Date.now())).toBeUndefined();
  });
});
