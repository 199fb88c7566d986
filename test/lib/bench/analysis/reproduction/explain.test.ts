import { explain } from '../../../../../lib/bench/analysis/reproduction/explain.ts';
import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import type { SummaryRow } from '../../../../../lib/bench/analysis/summary.ts';
import { publishedRun, seriesOfServing, type Told } from '../../../../support/published-run.ts';

const kindsAt = (
  virtualUsers: number,
  name: string,
  told: Told,
  profile: 'parity' | 'published' = 'published',
): readonly string[] => {
  const { reproduction } = summarise(
    publishedRun([seriesOfServing(name)], () => told, { profile }),
  );
  const row = reproduction?.series[0]?.rows.find((one) => one.virtualUsers === virtualUsers);
  // The made-up rates do not fit their latencies, which a gate rightly says.
  const kinds = row?.explanations.map(({ kind }) => kind).filter((kind) => kind !== 'gate');
  return kinds ?? ['no row'];
};

const twice: Told = { rate: ({ requestRatePerSecond }) => 2 * (requestRatePerSecond?.value ?? 0) };

describe('why a figure is another than the study’s', () => {
  it('is not asked where all figures agree', () => {
    expect(kindsAt(50, 'triton_pytorch', {})).toEqual([]);
  });

  it('is the study’s middleware where that was the limit and ours is not set like it', () => {
    expect(kindsAt(50, 'triton_pytorch', twice)).toEqual(['middleware']);
    expect(kindsAt(50, 'triton_pytorch', twice, 'parity')).toEqual([]);
  });

  it('is what of the study’s bound its configuration does not bring back, where that is known', () => {
    expect(kindsAt(50, 'tfserving', twice)).not.toContain('not-recreated');
    expect(kindsAt(50, 'tfserving', twice, 'parity')).toContain('not-recreated');
    expect(kindsAt(50, 'tfserving', {}, 'parity')).not.toContain('not-recreated');
  });

  it('is not the study’s middleware where the serving itself was the limit', () => {
    const kinds = kindsAt(50, 'torchserve', twice);

    expect(kinds).not.toContain('middleware');
  });

  it('is what is known of the failures where only they differ', () => {
    expect(kindsAt(50, 'torchserve', {})).toEqual(['caveat']);
  });

  it('is a timeout in the study’s figures, and only at the levels where it is one', () => {
    expect(kindsAt(100, 'tfserving', twice)).toContain('censored');
    expect(kindsAt(50, 'tfserving', twice)).not.toContain('censored');
  });

  it('is a timeout in ours', () => {
    const kinds = kindsAt(50, 'torchserve', { ...twice, failed: 3, failures: { timeout: 3 } });

    expect(kinds).toContain('timeouts');
  });

  it('is each gate that ours failed, with what it found', () => {
    const series = seriesOfServing('triton_pytorch');
    const figure = {
      ours: 9,
      published: { value: 44, error: 0.2 },
      outcome: 'differs',
    } as const;
    const row = {
      gates: [
        { gate: 'little', state: 'passed', finding: 'fine' },
        { gate: 'ceiling', state: 'failed', finding: '90 % of the ceiling, and 70 % is allowed.' },
      ],
    } as unknown as SummaryRow;
    const [first, ...others] = explain(row, 50, { requestRatePerSecond: figure }, series, {
      isInStudyConfiguration: true,
    });

    expect(first).toEqual({
      kind: 'gate',
      short: 'gate ceiling',
      text: 'Ours failed the gate “ceiling”: 90 % of the ceiling, and 70 % is allowed.',
    });
    expect(others).toEqual([]);
  });
});
