import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { manifestOf, servingNames, type ServingName } from '../../../serving-configs/index.ts';
import { loadStatistics } from '../../../serving-configs/statistics/load-statistics.ts';
import type { ServingCounters } from '../../../serving-configs/statistics/serving-counters.ts';

/** Pages recorded from the real platforms, buckets left out. */
const page = (file: string): Promise<string> =>
  readFile(path.join(import.meta.dirname, 'pages', file), 'utf8');

const read = async (serving: ServingName, text: string): Promise<ServingCounters> => {
  const statistics = await loadStatistics(serving);
  if (statistics === undefined) throw new Error(`${serving} tells no times`);
  return statistics.read(text, manifestOf(serving).model.name);
};

const rounded = (counters: ServingCounters): Record<string, number> =>
  Object.fromEntries(Object.entries(counters).map(([name, value]) => [name, Math.round(value)]));

const telling = servingNames.filter((serving) => manifestOf(serving).statistics !== undefined);

describe('the statistics of the real platforms', () => {
  it.each<[ServingName, string, Record<string, number>]>([
    ['triton_onnx', 'triton_onnx.json', { count: 5, requestMs: 466, queueMs: 0, computeMs: 466 }],
    ['torchserve', 'torchserve.txt', { count: 8, requestMs: 2263, queueMs: 4, computeMs: 2259 }],
    ['kserve', 'kserve.txt', { count: 5, computeMs: 1274 }],
    // Two over REST, three over gRPC.
    ['mlserver', 'mlserver.txt', { count: 5, requestMs: 2188, computeMs: 2079 }],
    ['bentoml', 'bentoml.txt', { count: 4, requestMs: 2042 }],
  ])('of %s are read from a page of it', async (serving, file, counters) => {
    expect(rounded(await read(serving, await page(file)))).toEqual(counters);
  });

  it('are of the model of the serving only', async () => {
    const other = (await page('torchserve.txt')).replaceAll('resnet-50', 'another');

    expect(await read('torchserve', other)).toMatchObject({ count: 0, requestMs: 0 });
    expect(await read('triton_pytorch', await page('triton_onnx.json'))).toMatchObject({
      count: 0,
    });
  });
});

describe('the statistics that the reference serving writes', () => {
  const counters = { count: 3, requestMs: 60, queueMs: 12, computeMs: 40 };

  it.each(telling)(
    'for %s are read as they were, as far as the platform tells them',
    async (serving) => {
      const statistics = await loadStatistics(serving);
      const written = statistics?.write(counters, manifestOf(serving).model.name);
      const { count, ...times } = await read(serving, written?.body ?? '');

      expect(count).toBe(3);
      expect(Object.keys(times)).not.toHaveLength(0);
      for (const [name, ms] of Object.entries(times)) {
        // What one of them calls a request is its queue and its compute.
        const right =
          serving === 'torchserve' && name === 'requestMs' ? 52 : counters[name as 'queueMs'];
        expect(ms).toBeCloseTo(right, 6);
      }
    },
  );
});
