import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { outcomeName } from './outcome.ts';
import type { Sample } from './samples.ts';

/**
 * Columns of the raw samples: one row for each planned request of the run, warm-up and drain included. Times are whole
 * microseconds from the start of the load; the measuring window begins after the warm-up of the job. `sent_us` is empty
 * where a request was not sent, `done_us` where its exchange did not end. `image` is the index in the images of the job;
 * `outcome` is `succeeded`, a failure class, `unfinished` or `unsent`.
 */
const SAMPLE_COLUMNS = 'planned_us,sent_us,done_us,image,outcome';

const ROWS_PER_WRITE = 2000;

/** Writes the samples as gzipped CSV and closes the file. Fails as the file system does. */
export const writeRawSamples = async (
  file: FileHandle,
  samples: Iterable<Sample>,
): Promise<void> => {
  await pipeline(Readable.from(csvBlocks(samples)), createGzip(), file.createWriteStream());
};

function* csvBlocks(samples: Iterable<Sample>): Generator<string> {
  let block = `${SAMPLE_COLUMNS}\n`;
  let rows = 0;
  for (const { plannedMs, sentMs, doneMs, image, outcome } of samples) {
    block += `${micros(plannedMs)},${micros(sentMs)},${micros(doneMs)},${image},${outcomeName(outcome)}\n`;
    rows += 1;
    if (rows === ROWS_PER_WRITE) {
      yield block;
      block = '';
      rows = 0;
    }
  }
  yield block;
}

const micros = (ms: number): string => (Number.isNaN(ms) ? '' : String(Math.round(ms * 1000)));
