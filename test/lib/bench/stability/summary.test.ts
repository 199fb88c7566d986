import type { Fault } from '../../../../lib/bench/model/fault.ts';
import type { Target } from '../../../../lib/bench/model/measurement.ts';
import type { CompletedMeasurement } from '../../../../lib/bench/model/record.ts';
import type { FaultFigures } from '../../../../lib/bench/model/stability.ts';
import { resolvePlanOptions } from '../../../../lib/bench/plan/resolve-plan-options.ts';
import { stabilityOf } from '../../../../lib/bench/stability/summary.ts';
import { faultFigures, part } from '../../../support/fault-figures.ts';

const image: Target = { serving: 'flask', protocol: 'rest', payload: 'image', encoding: 'raw' };
const tensor: Target = { ...image, payload: 'tensor' };

/** A fault test in which all went well, except for the given figures. */
const testOf = (target: Target, fault: Fault, over: Partial<FaultFigures> = {}) =>
  ({
    measurement: { target },
    stability: faultFigures({ fault, ...over }),
  }) as unknown as CompletedMeasurement;

const dead = { answersAgain: false } as const;
const lost = { processesLost: 1 } as const;
const options = resolvePlanOptions({ profile: 'stability' });
const summaryOf = (records: readonly CompletedMeasurement[]) =>
  stabilityOf({ options, targets: [image, tensor] }, records)?.targets ?? [];

const onBurst = (records: readonly CompletedMeasurement[]) =>
  summaryOf(records)[0]?.results.find(({ fault }) => fault === 'burst');

describe('The stability of targets', () => {
  it('is the median of the repeats, but a single death is enough', () => {
    const degradedOnce = [
      testOf(image, 'burst', lost),
      testOf(image, 'burst'),
      testOf(image, 'burst'),
    ];
    const diedOnce = [testOf(image, 'burst', dead), testOf(image, 'burst'), testOf(image, 'burst')];

    expect(onBurst(degradedOnce)).toMatchObject({ verdict: 'unaffected', agreeing: 2 });
    expect(onBurst(diedOnce)).toMatchObject({ verdict: 'died', agreeing: 1, repeats: 3 });
  });

  const few = { before: part({ requests: 2 }) } as const;

  it('is unclear if too few good requests came before the fault in all repeats', () => {
    const [target] = summaryOf([testOf(image, 'nothing'), testOf(image, 'burst', few)]);
    const burst = target?.results.find(({ fault }) => fault === 'burst');

    expect(burst).toMatchObject({ verdict: 'unclear', unclear: 'few-requests' });
    expect(target?.counts).toEqual({ unaffected: 0, unclear: 1, degraded: 0, failed: 0, died: 0 });
    expect(onBurst([testOf(image, 'burst', few), testOf(image, 'burst')])).toMatchObject({
      verdict: 'unaffected',
      repeats: 1,
    });
  });

  it('does not rank a target without a verdict, and compares the others without it', () => {
    const other: Target = { ...image, serving: 'torchserve' };
    const { targets = [] } =
      stabilityOf({ options, targets: [image, tensor, other] }, [
        testOf(image, 'burst', few),
        testOf(tensor, 'burst', lost),
        testOf(tensor, 'image-text'),
        testOf(tensor, 'image-empty'),
        testOf(other, 'burst'),
        testOf(other, 'kill-worker', dead),
      ]) ?? {};

    expect(
      targets.map(({ target, isRanked }) => [target.serving, target.payload, isRanked]),
    ).toEqual([
      ['torchserve', 'image', true],
      ['flask', 'tensor', true],
      ['flask', 'image', false],
    ]);
  });

  it('does not rank a target that fails in the control', () => {
    const slow = { after: part({ p99Ms: 900 }) };
    const targets = summaryOf([
      testOf(image, 'nothing', slow),
      testOf(image, 'burst'),
      testOf(tensor, 'nothing'),
      testOf(tensor, 'burst', dead),
    ]);

    expect(targets.map(({ target, isRanked }) => [target.payload, isRanked])).toEqual([
      ['tensor', true],
      ['image', false],
    ]);
    expect(targets[1]?.results[0]).toMatchObject({ fault: 'nothing', verdict: 'degraded' });
  });

  it('ranks targets with equal numbers of failures equally, however many faults they had', () => {
    const { ranking } =
      stabilityOf({ options, targets: [image, tensor] }, [
        testOf(image, 'burst', lost),
        testOf(image, 'image-text'),
        testOf(tensor, 'burst', lost),
        testOf(tensor, 'half-body'),
        testOf(tensor, 'slow-sender'),
      ]) ?? {};

    expect(ranking).toMatchObject({ best: [image, tensor], unaffected: { faults: 0, of: 1 } });
    expect(ranking?.next).toBeUndefined();
  });

  it('ranks by the faults that all targets were tested with, then by all faults of each', () => {
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
