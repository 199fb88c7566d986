import { BenchError } from '../model/errors.ts';
import type { Aws } from './clients.ts';
import { deleteObjects, listObjects } from './objects.ts';
import { isActive, type RunProgress } from './run-progress.ts';

/**
 * Demands that no pair works on a run whose objects are to be deleted: what it writes later would stay behind.
 *
 * @throws BenchError that names the run and the pair.
 */
export const demandEnded = (runs: readonly RunProgress[]): void => {
  for (const { runId, pairs } of runs) {
    const active = pairs.find(isActive);
    if (active === undefined) continue;
    throw new BenchError(
      'BENCH_BUSY',
      `pair ${active.pair} still works on ${runId}; nothing was deleted`,
      {
        hint: `wait for it with "npx serving-compare status ${runId} --watch", end it with "npx serving-compare cancel ${runId}", or add --force`,
      },
    );
  }
};

/**
 * Deletes what was fetched of a prefix, and nothing that came since.
 *
 * @returns the keys that stay, since nobody has fetched them
 */
export const deleteFetched = async (
  aws: Aws,
  from: { readonly bucket: string; readonly prefix: string },
  fetched: ReadonlyMap<string, string>,
): Promise<readonly string[]> => {
  const now = await listObjects(aws, from.bucket, from.prefix);
  // The console makes empty objects for folders.
  const isFetched = ({ key, etag }: (typeof now)[number]): boolean =>
    fetched.get(key) === etag || key.endsWith('/');
  await deleteObjects(
    aws,
    from.bucket,
    now.filter(isFetched).map(({ key }) => key),
  );
  return now.filter((object) => !isFetched(object)).map(({ key }) => key);
};
