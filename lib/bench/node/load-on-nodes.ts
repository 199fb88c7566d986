import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runLoadDocument } from '../../deployment/documents/index.ts';
import { loadJobFiles, runKeys } from '../../deployment/run-keys.ts';
import type { Aws } from '../aws/clients.ts';
import { BenchError, messageOf } from '../errors.ts';
import { joinRawSamples } from '../load/join-samples.ts';
import type { LoadJob } from '../load/job.ts';
import { mergeLoadResults } from '../load/merge-results.ts';
import type { LoadEvent, LoadNodeShare, LoadResult } from '../load/result.ts';
import { splitLoad } from '../load/split-load.ts';
import type { DataSetImage } from '../plan/plan.ts';
import type { RunLoad } from '../run/load-process.ts';
import type { LoadNodeJob, LoadNodeResult } from './load-node-job.ts';
import { createNodeCommands, type NodeCommands } from './node-commands.ts';
import type { LoadNodes } from './node-settings.ts';
import type { ResultsBucket } from './results-bucket.ts';

/**
 * How far ahead the start of a load is set: a command has to reach every node, which then fetches its job and starts its
 * engine. Where one was too slow, all begin anew with more time.
 */
const LEADS_MS = [15_000, 30_000, 60_000] as const;
/** For samples, figures and uploads after a load, before a node counts as lost: SSM would not tell that for hours. */
const AFTERWARDS_SECONDS = 60;

interface Place {
  readonly runId: string;
  readonly pair: number;
  readonly images: readonly DataSetImage[];
  readonly bucket: Pick<ResultsBucket, 'get' | 'put'>;
}

interface LoadNode {
  readonly instanceId: string;
  readonly commands: NodeCommands<'RunLoad'>;
}

/** What one node gave back. */
interface Part {
  readonly instanceId: string;
  readonly outcome: LoadNodeResult;
  readonly samples: Buffer;
}

const shareOf = ({ instanceId, outcome: { result, figures } }: Part): LoadNodeShare => {
  const { succeeded, failed, requestRatePerSecond, self } = result;
  return {
    instanceId,
    succeeded,
    failed,
    requestRatePerSecond,
    self,
    ...(figures === undefined ? {} : { figures }),
  };
};

/** Tells the edges of the window at their time by this machine's clock, which those of the nodes agree with. */
const tellEdges = async (
  { startAtMs, warmupSeconds, durationSeconds }: Required<Pick<LoadJob, 'startAtMs'>> & LoadJob,
  emit: (event: LoadEvent) => void,
  signal: AbortSignal,
): Promise<void> => {
  // How the load goes is known when it is over; that it goes on is known now.
  const unknown = {
    event: 'progress',
    requestRatePerSecond: null,
    p50Ms: null,
    failed: 0,
  } as const;
  emit({ ...unknown, phase: 'warmup', elapsedSeconds: 0 });
  const windowMs = startAtMs + warmupSeconds * 1000;
  await sleep(Math.max(0, windowMs - Date.now()), undefined, { signal });
  emit({ event: 'window-start' });
  emit({ ...unknown, phase: 'window', elapsedSeconds: warmupSeconds });
  await sleep(Math.max(0, windowMs + durationSeconds * 1000 - Date.now()), undefined, { signal });
  emit({ event: 'window-end' });
};

/** @throws BenchError where it is not there. */
const readObject = async ({ bucket }: Place, key: string, instanceId: string): Promise<Buffer> => {
  const body = await bucket.get(key);
  if (body !== undefined) return body;
  throw new BenchError(
    'BENCH_LOAD_FAILED',
    `the load node ${instanceId} said that it was done, but ${key} is not in the bucket`,
  );
};

/** The images that a job sends; the nodes know them by their names in the data set. */
const imagesOf = ({ images }: Place, job: LoadJob): readonly DataSetImage[] => {
  const known = new Map(images.map((image) => [basename(image.file), image]));
  return job.images.flatMap((file) => known.get(basename(file)) ?? []);
};

const runPart = async (
  place: Place,
  { instanceId, commands }: LoadNode,
  prefix: string,
  job: LoadNodeJob,
  signal: AbortSignal,
): Promise<Part> => {
  const key = prefix + loadJobFiles.job;
  const { startAtMs, warmupSeconds, durationSeconds, timeoutMs } = job.load;
  await place.bucket.put(key, Buffer.from(JSON.stringify(job)), 'application/json');
  const limitSeconds =
    (startAtMs - Date.now() + timeoutMs) / 1000 +
    warmupSeconds +
    durationSeconds +
    AFTERWARDS_SECONDS;
  await commands.run('RunLoad', { JobKey: key }, signal, limitSeconds);
  const [result, samples] = await Promise.all(
    [loadJobFiles.result, loadJobFiles.samples].map((name) =>
      readObject(place, prefix + name, instanceId),
    ),
  );
  return {
    instanceId,
    outcome: JSON.parse(String(result)) as LoadNodeResult,
    samples: samples ?? Buffer.alloc(0),
  };
};

/** Runs the parts of one load; where one of them fails, the others are cancelled. */
const runTogether = async (
  place: Place,
  nodes: readonly LoadNode[],
  engine: LoadNodeJob['engine'],
  job: LoadJob & { readonly startAtMs: number },
  onEvent: (event: LoadEvent) => void,
  signal: AbortSignal,
): Promise<readonly Part[]> => {
  const { images: _, samplesFile = 'load', ...load } = job;
  const images = imagesOf(place, job);
  const name = `${basename(samplesFile, '.csv.gz')}-${job.startAtMs}`;
  const folder = runKeys.loadJobs(place.runId, place.pair, name);
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  const edges = tellEdges(job, onEvent, either);
  edges.catch(() => undefined);
  const parts = splitLoad(load, nodes.length).flatMap((part, index) => {
    const node = nodes[index];
    if (part === undefined || node === undefined) return [];
    const nodeJob: LoadNodeJob = { schema: 1, engine, images, load: part };
    return [runPart(place, node, `${folder}${index + 1}/`, nodeJob, either)];
  });
  try {
    const done = await Promise.all(parts);
    await edges;
    return done;
  } catch (error) {
    over.abort(new Error('another load node failed'));
    await Promise.allSettled(parts);
    signal.throwIfAborted();
    throw error;
  }
};

const mergeParts = (parts: readonly Part[]): LoadResult => {
  try {
    return {
      ...mergeLoadResults(parts.map(({ outcome }) => outcome.result)),
      loadNodes: parts.map(shareOf),
    };
  } catch (error) {
    throw new BenchError('BENCH_LOAD_FAILED', `the load nodes disagree: ${messageOf(error)}`, {
      cause: error,
    });
  }
};

const isLate = (error: unknown): boolean =>
  error instanceof BenchError && error.code === 'BENCH_LOAD_LATE';

/**
 * Runs jobs on the load nodes of a pair: each node sends a part of the load, all in one window, and the result is that of
 * all together.
 *
 * @throws BenchError, also from what it returns, where a node does not take its part or gives no result
 */
export const createLoadOnNodes = async (
  client: Aws['ssm'],
  { instanceIds, document }: Pick<LoadNodes, 'instanceIds' | 'document'>,
  place: Place,
  comment: string,
): Promise<RunLoad> => {
  const { timeoutSeconds } = runLoadDocument;
  const documents = { RunLoad: { name: document, timeoutSeconds } };
  const nodes = await Promise.all(
    instanceIds.map(async (instanceId): Promise<LoadNode> => ({
      instanceId,
      commands: await createNodeCommands(client, { role: 'load', instanceId, documents }, comment),
    })),
  );
  return async (job, onEvent, signal, engine) => {
    const attempt = async (leadMs: number): Promise<LoadResult> => {
      const timed = { ...job, startAtMs: Date.now() + leadMs };
      const parts = await runTogether(place, nodes, engine, timed, onEvent, signal);
      if (job.samplesFile !== undefined) {
        await writeFile(job.samplesFile, await joinRawSamples(parts.map(({ samples }) => samples)));
      }
      return mergeParts(parts);
    };
    for (const leadMs of LEADS_MS.slice(0, -1)) {
      try {
        return await attempt(leadMs);
      } catch (error) {
        if (!isLate(error)) throw error;
      }
    }
    return attempt(LEADS_MS[LEADS_MS.length - 1] ?? 0);
  };
};
