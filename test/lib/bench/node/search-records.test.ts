import { readSearchRecords } from '../../../../lib/bench/node/search-records.ts';
import { runKeys } from '../../../../lib/deployment/run-keys.ts';
import { measureLimited, searchedPlan } from '../../../support/searched-plan.ts';

const plan = searchedPlan([15]);
const [search, other] = plan.searches ?? [];
if (search === undefined || other === undefined) throw new Error('no searches');

const objects = new Map(
  [1, 2].flatMap((pair) =>
    plan.cells.map((cell, index) => [
      runKeys.record('r', pair, index),
      Buffer.from(JSON.stringify(measureLimited(cell, { pair, assignment: 0 }))),
    ]),
  ),
);
objects.set(runKeys.plan('r', 1), Buffer.from('no record'));

const bucket = {
  list: async (prefix: string) =>
    new Map([...objects.keys()].flatMap((key) => (key.startsWith(prefix) ? [[key, '']] : []))),
  get: async (key: string) => objects.get(key),
};

describe('what other pairs know of a search', () => {
  it('is what they measured on its path, and nothing of this pair’s own', async () => {
    const records = await readSearchRecords(bucket, { runId: 'r', pair: 2 }, [search]);
    const measured = plan.cells.filter(
      ({ path, engine }) => engine === 'onnx' && path.serving === search.path.serving,
    );

    expect(records).toEqual(
      measured.map((cell) => measureLimited(cell, { pair: 1, assignment: 0 })),
    );
    expect(await readSearchRecords(bucket, { runId: 'r', pair: 3 }, [search, other])).toHaveLength(
      4 * measured.length,
    );
  });

  it('is nothing where there is no search', async () => {
    expect(await readSearchRecords(bucket, { runId: 'r', pair: 2 }, [])).toEqual([]);
  });
});
