import type { Measurement, Target } from '../../../../lib/bench/model/measurement.ts';
import type { Change } from '../../../../lib/bench/analysis/comparison/comparison.ts';
import { compareRuns } from '../../../../lib/bench/analysis/comparison/compare-runs.ts';
import {
  comparisonReport,
  comparisonText,
  verdictText,
} from '../../../../lib/bench/report/comparison-report.ts';
import type { RunData } from '../../../../lib/bench/results/run-folder.ts';
import { besideOthers } from '../../../support/beside-others.ts';
import {
  closed,
  recordedRun,
  recordedTargets,
  withMeasurements,
} from '../../../support/recorded-run.ts';
import { withRates } from '../analysis/comparison/run-on-pairs.ts';

const before = recordedRun({
  targets: recordedTargets().slice(2),
  levels: [closed(16)],
  scenarios: ['warm'],
  repeats: 5,
  durationSeconds: 4,
});
const later: RunData = {
  ...before,
  plan: { ...before.plan, createdAt: '2026-01-03T03:00:00.000Z' },
};

const resultOf = (after: RunData, earlier = before): string =>
  comparisonText(compareRuns({ folder: 'a', data: earlier }, { folder: 'b', data: after }));

/** The measurement of a server that was already running, under the name that its user gave it. */
const asApi = (measurement: Measurement): Measurement =>
  measurement.target.serving === 'triton_pytorch'
    ? {
        ...measurement,
        id: measurement.id.replace('triton_pytorch', 'my-api'),
        target: { ...measurement.target, serving: 'my-api' as Target['serving'] },
      }
    : measurement;

const named = (data: RunData): RunData => ({
  ...withMeasurements(data, (record) => ({
    ...record,
    measurement: asApi(record.measurement),
  })),
  plan: { ...data.plan, measurements: data.plan.measurements.map(asApi) },
});

describe('The result of a comparison', () => {
  it('names the rate that became slowest, by how much at least, and counts the others', () => {
    const slower = withRates(later, ({ measurement }) =>
      measurement.target.serving === 'triton_pytorch' ? 0.5 : 0.8,
    );

    expect(resultOf(slower)).toMatch(
      /^Triton \(PyTorch\) is at least 4\d % slower at 16 virtual users, and 1 more figure is slower/,
    );
  });

  it('counts the figures without a verdict if none is known to be slower', () => {
    expect(resultOf(later)).toBe(
      'No figure is known to be slower; of 4 figures, 2 have no verdict',
    );
  });

  it('counts apart what the table tells apart, as often as the table has it', () => {
    const comparison = compareRuns(
      { folder: 'a', data: besideOthers(before, 0.02) },
      {
        folder: 'b',
        data: besideOthers(
          withRates(later, ({ measurement: { target, repeat } }) =>
            target.serving === 'triton_pytorch' ? 0.5 : 2 ** ((repeat % 3) - 1),
          ),
          0.5,
        ),
      },
    );
    const numberOf = (words: string): number =>
      comparison.changes.filter((change) => verdictText(change) === words).length;

    expect(comparisonText(comparison)).toBe(
      `Nothing is known: of 4 figures, ${numberOf('too noisy to tell')} is too noisy to tell, ${numberOf('no verdict: busier machine')} has no verdict because of the busier machine, ${numberOf('no verdict')} have no verdict`,
    );
  });

  it('names no size of what became slower beside other programs, which ran more in one of the runs', () => {
    const slower = besideOthers(
      withRates(later, ({ measurement }) =>
        measurement.target.serving === 'triton_pytorch' ? 0.3 : 1,
      ),
      0.65,
    );
    const earlier = besideOthers(before, 0.42);
    const { changes } = compareRuns({ folder: 'a', data: earlier }, { folder: 'b', data: slower });

    expect(resultOf(slower, earlier)).toMatch(
      /^Triton \(PyTorch\) is slower at 16 virtual users; .*in the run after/,
    );
    expect(changes[0]).toMatchObject({ judgement: { kind: 'slower' }, isSizeUncertain: true });
    expect(verdictText(changes[0] as Change)).toMatch(/^slower, .*uncertain$/);
  });

  it('says first how many figures are faster', () => {
    expect(
      resultOf(
        later,
        withRates(before, () => 0.5),
      ),
    ).toMatch(/^2 of 4 figures are faster, and no figure is known to be slower/);
  });

  it('leaves the name that a user gave a server as it is', () => {
    const slower = withRates(later, ({ measurement }) =>
      measurement.target.serving === 'triton_pytorch' ? 0.5 : 1,
    );

    expect(resultOf(named(slower), named(before))).toMatch(/^my-api is at least 4\d % slower/);
  });

  it('draws no conclusion from an INVALID run', () => {
    expect(resultOf({ ...later, records: later.records.slice(0, -1) })).toBe(
      'The run after is INVALID: nothing follows from this comparison',
    );
  });
});

describe('The report of a comparison', () => {
  const short = { targets: recordedTargets().slice(2), scenarios: ['warm'], repeats: 6 } as const;
  /** Answers of the levels take differently long, so that their numbers differ. */
  const earlier = recordedRun({ ...short, levels: [closed(1), closed(2)], durationSeconds: 0.15 });
  const after = recordedRun({
    ...short,
    levels: [closed(1), closed(2), closed(4)],
    durationSeconds: 0.15,
  });
  const words = JSON.stringify(
    comparisonReport(
      compareRuns(
        { folder: 'a', data: earlier },
        {
          folder: 'b',
          data: { ...after, plan: { ...after.plan, createdAt: '2026-01-03T03:00:00.000Z' } },
        },
      ),
      [earlier.plan, after.plan],
    ),
  );

  it('names what only one run has as tables name it', () => {
    expect(words).toMatch(/Only in the run after: [^"]*Triton \(PyTorch\), warm, 4 VUs/);
  });

  it('says what a machine that was busier before may do to the figures, and what to do about it', () => {
    const comparison = compareRuns(
      { folder: 'a', data: besideOthers(before, 0.5) },
      { folder: 'b', data: besideOthers(later, 0.02) },
    );
    const report = JSON.stringify(comparisonReport(comparison, [before.plan, later.plan]));

    expect(report).toContain(
      'A server that became slower may look as fast as before: measure both again while no other programs run.',
    );
  });

  it('says once that answers are too few for a p95, with the range of what there is', () => {
    expect(words.match(/A p95 needs \d+ answers of each run/g)).toHaveLength(1);
    expect(words).toMatch(/and there are \d+ to \d+ before, \d+ to \d+ after/);
  });
});
