import { orderedPairs } from '../../../../../lib/bench/analysis/reproduction/ordered-pairs.ts';
import type { OrderedPair } from '../../../../../lib/bench/analysis/reproduction/reproduction.ts';
import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import type { Path } from '../../../../../lib/bench/plan/cell.ts';
import { recordedPaths } from '../../../../support/recorded-run.ts';
import {
  publishedRun,
  seriesOfServing,
  studySeries,
  type Told,
} from '../../../../support/published-run.ts';

/** By how much repeats of one serving differ; another course for each, so that it does not cancel. */
const scatter = (share: number, serving: string, repeat: number): number =>
  1 + share * Math.sin(serving.length * 5 + repeat * 2.4);

const summaryOf = (
  names: readonly string[],
  tell: (serving: string) => Told,
): ReturnType<typeof summarise> =>
  summarise(
    publishedRun(
      // Two levels of ten are as good, and quicker.
      names.map((name) => {
        const series = seriesOfServing(name);
        return { ...series, points: series.points.slice(0, 2) };
      }),
      ({ path }) => tell(path.serving),
    ),
  );

/** Of the two models in Triton, of which the study printed that of TensorFlow as faster. */
const pairOf = (
  rates: Readonly<Record<string, number>>,
  { share, repeats }: { readonly share: number; readonly repeats: number },
): OrderedPair => {
  const { reproduction } = summaryOf(['triton_tensorflow', 'triton_pytorch'], (serving) => ({
    repeats,
    rate: (_, repeat) => (rates[serving] ?? 0) * scatter(share, serving, repeat),
  }));
  const [pair] = reproduction?.orders[0]?.pairs ?? [];
  if (pair === undefined) throw new Error('no pair');
  return pair;
};

/** What the study printed, with some noise. */
const asPrinted = (serving: string): Told => ({
  repeats: 5,
  rate: ({ requestRatePerSecond }, repeat) =>
    (requestRatePerSecond?.value ?? 1) * scatter(0.02, serving, repeat),
});

const rated = (path: Path, value: number) => ({
  path,
  published: { value, error: 0.6 },
  cells: [],
});

describe('the study’s order of two servings', () => {
  it.each([
    ['reproduced', 60, 50],
    ['contradicted', 50, 60],
  ] as const)('is %s where the interval of the paired ratio leaves 1 out', (outcome, tf, torch) => {
    const rates = { triton_tensorflow: tf, triton_pytorch: torch };
    const pair = pairOf(rates, { share: 0.01, repeats: 5 });

    expect(pair).toMatchObject({ outcome, repeats: 5, faster: { serving: 'triton_tensorflow' } });
    expect(pair.ours?.value).toBeCloseTo(tf / torch, 1);
    expect(pair).not.toHaveProperty('why');
  });

  it('is not told apart where the mean has the study’s order and noise may have made it', () => {
    const rates = { triton_tensorflow: 52, triton_pytorch: 50 };
    const pair = pairOf(rates, { share: 0.1, repeats: 5 });

    expect(pair.outcome).toBe('not told apart');
    expect(pair.why).toBe('our interval holds 1');
    expect(pair.ours?.interval?.low).toBeLessThan(1);
    expect(pair.ours?.interval?.high).toBeGreaterThan(1);
  });

  it('is not told apart by fewer than three repeats, whatever they gave', () => {
    const pair = pairOf({ triton_tensorflow: 60, triton_pytorch: 50 }, { share: 0, repeats: 2 });

    expect(pair).toMatchObject({ outcome: 'not told apart', why: '2 of 3 repeats of both' });
    expect(pair).not.toHaveProperty('ours');
  });

  it('is reproduced by a difference of less than 3 %, where that is surely one', () => {
    const rates = { triton_tensorflow: 51, triton_pytorch: 50 };

    expect(pairOf(rates, { share: 0.001, repeats: 5 }).outcome).toBe('reproduced');
  });

  it('is corrected for all pairs that are asked about', () => {
    const names = studySeries('rest', 'cold').map(({ path }) => path.serving);
    const pairs = summaryOf(names, asPrinted).reproduction?.orders[0]?.pairs ?? [];

    expect(pairs).toHaveLength(6);
    expect(new Set(pairs.map(({ outcome }) => outcome))).toEqual(new Set(['reproduced']));
    expect(Math.max(...pairs.map(({ ours }) => ours?.interval?.confidence ?? 0))).toBeCloseTo(
      1 - 0.05 / 6,
      10,
    );
  });

  it('is not told apart where the study’s own figures lie within its reading error', () => {
    const [first, second] = recordedPaths();
    if (first === undefined || second === undefined) throw new Error('no paths');
    const [near] = orderedPairs([rated(first, 50), rated(second, 49)]);
    const [far] = orderedPairs([rated(first, 50), rated(second, 48)]);

    expect(near?.why).toBe('the study’s figures lie within its reading error');
    expect(far?.published.low).toBeCloseTo(49.4 / 48.6, 10);
    expect(far?.why).toBe('0 of 3 repeats of both');
  });
});

describe('the sentence of an order', () => {
  it('says which orders of the study are ours, which are the other way round and which are not told apart', () => {
    const rates: Readonly<Record<string, number>> = {
      torchserve: 60,
      triton_tensorflow: 60.5,
      triton_pytorch: 70,
    };
    const { reproduction } = summaryOf(Object.keys(rates), (serving) => ({
      repeats: 5,
      rate: (_, repeat) => (rates[serving] ?? 0) * scatter(0.02, serving, repeat),
    }));

    expect(reproduction?.sentences.find((sentence) => sentence.startsWith('Order'))).toBe(
      'Order by request rate over 2 levels, REST cold, of 3 pairs: 2 the other way round than in the study (Triton (PyTorch) before TorchServe; Triton (PyTorch) before Triton (TensorFlow)), 1 not told apart (TorchServe and Triton (TensorFlow)).',
    );
  });
});
