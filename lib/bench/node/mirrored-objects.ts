import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runKeys } from '../../deployment/run-keys.ts';
import { systemCodeOf } from '../errors.ts';
import { parseRecords } from '../results/record-lines.ts';
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

/** Where a run folder keeps who runs what. */
export const assignmentFileIn = (folder: string): string => join(folder, 'assignment.json');

/** The finished parts of a run folder: plan and environment first, then each record, then the samples of finished cells. */
export const listMirrored = async ({
  folder,
  runId,
  pair,
}: MirroredPlace): Promise<readonly MirroredObject[]> => {
  const files = runFilesIn(folder);
  const present = await namesIn(folder);
  const samples = await namesIn(files.samples);
  const content = present.has('results.jsonl') ? await readFile(files.results) : Buffer.alloc(0);
  const { records, wholeBytes } = parseRecords(content, files.results);
  const lines = content.toString('utf8', 0, wholeBytes).split('\n').slice(0, records.length);
  const cells = records.flatMap((record) => (record.kind === 'cell' ? [record.cell] : []));
  const sampled = [...new Set(cells.map(samplesFileOf))].filter((name) => samples.has(name));
  return [
    ...(present.has('plan.json')
      ? [wholeFile(runKeys.plan(runId, pair), files.plan, JSON_TYPE)]
      : []),
    ...(present.has('environment.json')
      ? [wholeFile(runKeys.environment(runId, pair), files.environment, JSON_TYPE)]
      : []),
    ...(present.has('assignment.json')
      ? [wholeFile(runKeys.ownAssignment(runId, pair), assignmentFileIn(folder), JSON_TYPE)]
      : []),
    ...lines.map((line, index): MirroredObject => ({
      key: runKeys.record(runId, pair, index),
      file: files.results,
      contentType: JSON_TYPE,
      read: async () => Buffer.from(`${line}\n`),
    })),
    ...sampled.map((name) =>
      wholeFile(runKeys.sample(runId, pair, name), join(files.samples, name), 'application/gzip'),
    ),
  ];
};
