import type { Fault } from '../../../../lib/bench/model/fault.ts';
import type { Target } from '../../../../lib/bench/model/measurement.ts';
import type { CompletedMeasurement } from '../../../../lib/bench/model/record.ts';
import type { FaultFigures, PartFigures } from '../../../../lib/bench/model/stability.ts';
import { resolvePlanOptions } from '../../../../lib/bench/plan/plan-options.ts';
import { isTested, stabilityOf } from '../../../../lib/bench/stability/summary.ts';

const image: Target = { serving: 'flask', protocol: 'rest', payload: 'image', encoding: 'raw' };
const tensor: Target = { ...image, payload: 'tensor' };

const part: PartFigures = { requests: 100, failed: 0, failures: {}, p50Ms: 5, p99Ms: 10 };

/** A test in which all went well, unless it is said otherwise. */
const testOf = (
  target: Target,
  fault: Fault,
  over: Partial<FaultFigures> = {},
): CompletedMeasurement => {
  const stability: FaultFigures = {
    kind: 'fault',
    fault,
    partSeconds: 3,
    before: part,
    during: part,
    after: part,
    slices: [part],
    answers: [],
    answersAgain: true,
    ...over,
  };
  return { measurement: { target }, stability } as unknown as CompletedMeasurement;
};

const dead = { answersAgain: false } as const;
const lost = { processesLost: 1 } as const;
const options = resolvePlanOptions({ profile: 'stability' });
const summaryOf = (records: readonly CompletedMeasurement[]) =>
  stabilityOf({ options, targets: [image, tensor] }, records)?.targets ?? [];

const onBurst = (records: readonly CompletedMeasurement[]) =>
  summaryOf(records)[0]?.results.find(({ fault }) => fault === 'burst');

describe('The stability of targets', () => {
  it('takes the middle repeat of a fault, but one death is enough', () => {
    const degradedOnce = [
      testOf(image, 'burst', lost),
      testOf(image, 'burst'),
      testOf(image, 'burst'),
    ];
    const diedOnce = [testOf(image, 'burst', dead), testOf(image, 'burst'), testOf(image, 'burst')];

    expect(onBurst(degradedOnce)).toMatchObject({ verdict: 'unaffected', agreeing: 2 });
    expect(onBurst(diedOnce)).toMatchObject({ verdict: 'died', agreeing: 1, repeats: 3 });
  });

  it('leaves out a test with too few good requests before the fault', () => {
    const [target] = summaryOf([
      testOf(image, 'nothing'),
      testOf(image, 'burst', { before: { ...part, requests: 2 } }),
    ]);
    const burst = target?.results.find(({ fault }) => fault === 'burst');

    expect(burst !== undefined && isTested(burst)).toBe(false);
    expect(burst).toMatchObject({ leftOut: expect.stringMatching(/fewer than 3/) as string });
    expect(target?.counts).toEqual({ unaffected: 0, degraded: 0, failed: 0, died: 0 });
  });

  it('ranks by the faults that all targets were tested with, then by all of their own', () => {
    const both = (['burst', 'half-body'] as const).flatMap((fault) => [
      testOf(image, fault),
      testOf(tensor, fault, fault === 'burst' ? lost : {}),
    ]);
    const more = [testOf(image, 'image-text', lost), testOf(image, 'image-empty', lost)];

    expect(summaryOf([...both, ...more]).map(({ target }) => target.payload)).toEqual([
      'image',
      'tensor',
    ]);
  });
});
