import { open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runKeys } from '../../deployment/run-keys.ts';
import { systemCodeOf } from '../model/errors.ts';
import { eachRecord, type LinePlace } from '../results/record-lines.ts';
import { runFilesIn } from '../results/run-folder.ts';
import { samplesFileOf } from '../run/samples-file.ts';

/** The run folder of a pair. */
export interface MirroredPlace {
  readonly folder: string;
  readonly runId: string;
  readonly pair: number;
}

/** Something of a run folder that belongs into the bucket and does not change any more. */
export interface MirroredObject {
  readonly key: string;
  /** Where it lies here. */
  readonly file: string;
  readonly contentType: string;
  readonly read: () => Promise<Buffer>;
}

const namesIn = async (folder: string): Promise<ReadonlySet<string>> => {
  try {
    return new Set(await readdir(folder));
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return new Set();
    throw error;
  }
};

const JSON_TYPE = 'application/json';

const wholeFile = (key: string, file: string, contentType: string): MirroredObject => ({
  key,
  file,
  contentType,
  read: () => readFile(file),
});

/** A line of a file that only grows, with its line feed. */
const readLine = async (file: string, { start, bytes }: LinePlace): Promise<Buffer> => {
  const handle = await open(file);
  try {
    const line = Buffer.alloc(bytes + 1);
    await handle.read(line, 0, line.length, start);
    return line;
  } finally {
    await handle.close();
  }
};

/** The finished parts of a run folder: plan and environment first, then each record, then the samples of finished measurements. */
export const listMirrored = async ({
  folder,
  runId,
  pair,
}: MirroredPlace): Promise<readonly MirroredObject[]> => {
  const files = runFilesIn(folder);
  const present = await namesIn(folder);
  const samples = await namesIn(files.samples);
  const lines: LinePlace[] = [];
  const sampled = new Set<string>();
  if (present.has('results.jsonl')) {
    await eachRecord(files.results, (record, place) => {
      lines.push(place);
      const name = record.kind === 'measurement' ? samplesFileOf(record.measurement) : undefined;
      if (name !== undefined && samples.has(name)) sampled.add(name);
    });
  }
  return [
    ...(present.has('plan.json')
      ? [wholeFile(runKeys.plan(runId, pair), files.plan, JSON_TYPE)]
      : []),
    ...(present.has('environment.json')
      ? [wholeFile(runKeys.environment(runId, pair), files.environment, JSON_TYPE)]
      : []),
    ...lines.map((place, index): MirroredObject => ({
      key: runKeys.record(runId, pair, index),
      file: files.results,
      contentType: JSON_TYPE,
      read: () => readLine(files.results, place),
    })),
    ...[...sampled].map((name) =>
      wholeFile(runKeys.sample(runId, pair, name), join(files.samples, name), 'application/gzip'),
    ),
  ];
};
