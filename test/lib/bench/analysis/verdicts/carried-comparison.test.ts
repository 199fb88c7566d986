import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import type { Verdict } from '../../../../../lib/bench/analysis/verdicts/verdict.ts';
import type { ResultRecord } from '../../../../../lib/bench/results/record.ts';
import { earlyRun, type CurveOf } from '../../../../support/early-run.ts';

const RATES: Readonly<Record<string, number>> = {
  torchserve: 50,
  tfserving: 100,
  triton_pytorch: 200,
  triton_tensorflow: 400,
};
const rateOf: CurveOf = ({ serving }) => RATES[serving] ?? 1;

/** TensorFlow Serving collapses past its knee, so that early stopping measures it at every load. */
const collapsing: CurveOf = (path, users) =>
  rateOf(path, users) * (path.serving === 'tfserving' ? 10 / users : 1);

const usersOf = ({ level }: Pick<Verdict, 'level'>): number =>
  level.loop === 'closed' ? level.virtualUsers : 0;

const verdictsOf = (
  curveOf: CurveOf,
  change: (record: ResultRecord) => ResultRecord = (record) => record,
): readonly Verdict[] => {
  const run = earlyRun(curveOf);
  const { verdicts = [] } = summarise({ ...run, records: run.records.map(change) });
  return verdicts.flatMap((family) => family.verdicts);
};

const isOf =
  (serving: string) =>
  ({ first, second }: Verdict): boolean =>
    first.serving === serving || second.serving === serving;

/** A tenth of the requests of one end of TorchServe's stretch failed. */
const failing = (record: ResultRecord): ResultRecord =>
  record.kind === 'cell' &&
  record.state === 'completed' &&
  record.cell.path.serving === 'torchserve' &&
  record.cell.level.loop === 'closed' &&
  record.cell.level.virtualUsers === 100
    ? { ...record, load: { ...record.load, failed: 10, failedShare: 0.1 } }
    : record;

describe('a path that was measured where its rival was left out', () => {
  it('is held at its own rate there against the flat stretch of the rival', () => {
    const at80 = verdictsOf(collapsing).filter(
      (verdict) => usersOf(verdict) === 80 && isOf('tfserving')(verdict),
    );

    expect(at80).toHaveLength(3);
    for (const { carried, word, first, sentence } of at80) {
      expect(Object.keys(carried ?? {})).toEqual([
        first.serving === 'tfserving' ? 'second' : 'first',
      ]);
      // 12.5 requests a second, of 100 at 10 users.
      expect(word).toBe(first.serving === 'tfserving' ? 'slower' : 'faster');
      expect(sentence).toContain('is flat from 10 to 100 virtual users');
    }
  });

  it('takes the words of both sides of the load where its order turns around, and carries none across', () => {
    // Above TorchServe's 50 at 10 users, below it from 20 on.
    const turned = verdictsOf(collapsing).filter(
      (one) => isOf('tfserving')(one) && isOf('torchserve')(one),
    );
    const [at10, ...others] = turned
      .toSorted((a, b) => usersOf(a) - usersOf(b))
      .map(({ word, first }) => (first.serving === 'tfserving') === (word === 'faster'));

    expect(at10).toBe(true);
    // Equal at 20 virtual users.
    expect(others.slice(1)).toEqual([false, false, false]);
  });
});

describe('a stretch whose figures support no verdict', () => {
  it('carries nothing: the reason why the load was left out stands as before', () => {
    const at80 = verdictsOf(rateOf, failing).filter((verdict) => usersOf(verdict) === 80);
    const [withIt, without] = [
      at80.filter(isOf('torchserve')),
      at80.filter((verdict) => !isOf('torchserve')(verdict)),
    ];

    expect(withIt).toHaveLength(3);
    for (const { carried, withheld } of withIt) {
      expect(carried).toBeUndefined();
      expect(withheld).toContain('was left out here');
    }
    expect(without.every(({ carried }) => carried !== undefined)).toBe(true);
  });
});
