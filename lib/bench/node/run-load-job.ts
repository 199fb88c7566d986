import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { loadJobFiles } from '../../deployment/run-keys.ts';
import { readFigures } from '../../node/sampler/read-figures.ts';
import { BenchError, messageOf } from '../errors.ts';
import type { DataSetImage } from '../plan/plan.ts';
import { writeJsonFile } from '../results/write-json-file.ts';
import { runLoad } from '../run/load-process.ts';
import type { LoadNodeJob, LoadNodeResult } from './load-node-job.ts';

const HINT = 'the node has another version of the project than the runner: npx cdk deploy --all';

const readJob = async (file: string): Promise<LoadNodeJob> => {
  try {
    const job = JSON.parse(await readFile(file, 'utf8')) as Partial<LoadNodeJob> | null;
    if (job?.schema === 1 && Array.isArray(job.images)) return job as LoadNodeJob;
  } catch (error) {
    throw new BenchError('BENCH_LOAD_JOB', `${file} cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
  throw new BenchError('BENCH_LOAD_JOB', `${file} is no job of a load node`, { hint: HINT });
};

/** @throws BenchError where an image is not the one that the runner means. */
const findImage = async (folder: string, { file, sha256 }: DataSetImage): Promise<string> => {
  const path = join(folder, basename(file));
  const body = await readFile(path).catch(() => undefined);
  const found = body && createHash('sha256').update(body).digest('hex');
  if (found === sha256) return path;
  throw new BenchError(
    'BENCH_LOAD_JOB',
    found === undefined
      ? `the image ${file} of the job is not on this node`
      : `the image ${file} on this node has the SHA-256 ${found}, and the job's has ${sha256}`,
    { hint: HINT },
  );
};

/**
 * Runs the job of a folder on this load node and leaves result and raw samples in the folder.
 *
 * @param imagesDir where the data set lies
 * @throws BenchError where it gives no result
 */
export const runLoadJob = async (
  folder: string,
  imagesDir: string,
  signal: AbortSignal,
): Promise<void> => {
  const { engine, images, load } = await readJob(join(folder, loadJobFiles.job));
  const result = await runLoad(
    {
      ...load,
      images: await Promise.all(images.map((image) => findImage(imagesDir, image))),
      samplesFile: join(folder, loadJobFiles.samples),
    },
    () => undefined,
    signal,
    engine,
  );
  const fromMs = load.startAtMs + load.warmupSeconds * 1000;
  const figures = await readFigures(fromMs, fromMs + load.durationSeconds * 1000);
  const outcome: LoadNodeResult = {
    schema: 1,
    result,
    ...(figures === undefined ? {} : { figures }),
  };
  await writeJsonFile(join(folder, loadJobFiles.result), outcome);
};
