import { runKeys } from '../../deployment/run-keys.ts';
import { mapLimited } from '../map-limited.ts';
import { isOfSearchedPath, type SloSearch } from '../plan/slo/search.ts';
import type { ResultRecord } from '../results/record.ts';
import type { ResultsBucket } from './results-bucket.ts';

const AT_ONCE = 8;

/**
 * What other pairs have measured on the paths of some searches: a search that is given to another pair goes on where it was.
 */
export const readSearchRecords = async (
  bucket: Pick<ResultsBucket, 'get' | 'list'>,
  { runId, pair }: { readonly runId: string; readonly pair: number },
  searches: readonly SloSearch[],
): Promise<readonly ResultRecord[]> => {
  if (searches.length === 0) return [];
  const keys = [...(await bucket.list(runKeys.run(runId))).keys()].filter(
    (key) => /\/pair-\d+\/records\//.test(key) && !key.startsWith(runKeys.records(runId, pair)),
  );
  const records = await mapLimited(keys.toSorted(), AT_ONCE, async (key) => {
    const body = await bucket.get(key);
    return body === undefined ? [] : [JSON.parse(body.toString('utf8')) as ResultRecord];
  });
  return records
    .flat()
    .filter(
      (record) =>
        record.kind === 'cell' && searches.some((search) => isOfSearchedPath(search, record.cell)),
    );
};
