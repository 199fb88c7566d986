import { join } from 'node:path';
import { decided } from '../../../../lib/bench/analysis/ranking.ts';
import { stopAfter } from '../../../../lib/bench/analysis/stop-after.ts';
import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import type { Summary } from '../../../../lib/bench/analysis/summary.ts';
import type { Verdict, WithheldReason } from '../../../../lib/bench/analysis/verdict-types.ts';
import { readRunFolder } from '../../../../lib/bench/results/run-folder.ts';
import { type Judged, judgedRun, noisy, ratioBetween } from '../../../support/judged-run.ts';
import { closed, recordedTargets } from '../../../support/recorded-run.ts';
import { refusingRun } from '../../../support/refusing-run.ts';

let recorded: Summary;

beforeAll(async () => {
  recorded = summarise(
    await readRunFolder(join(import.meta.dirname, '../../../demo/recorded-run')),
  );
});

const judgedAs = (change: (verdict: Verdict) => Judged): Summary => judgedRun(recorded, change);

const withheld = (reason: WithheldReason) =>
  ({ judgement: { kind: 'withheld', reason }, ratio: undefined }) as const;

/** The recorded run, in which only the ranks 2 and 3 are not told apart, with another verdict on these. */
const withMiddle = (middle: Judged): Summary =>
  judgedAs((known) => (decided(known) === undefined ? middle : known));

describe('A run that ends when it has an answer', () => {
  const bounded = {
    judgement: { kind: 'bounded', most: 0.08 },
    ratio: ratioBetween(0.95, 1.08),
    repeatsAnew: 100,
  } as const;
  const equal = { judgement: { kind: 'equal' }, ratio: ratioBetween(0.99, 1.01) } as const;

  it.each([
    ['ends if all neighbours of the order have a verdict', equal, 0.2, 'decided'],
    [
      'goes on if it would decide neighbours that may differ by more than a tenth',
      { ...noisy, repeatsAnew: 100 },
      0.9,
      undefined,
    ],
    [
      'ends if it would not decide them by its last repeat, once the fastest target is known',
      { ...noisy, repeatsAnew: 101 },
      0.2,
      'close',
    ],
    ['ends if all open neighbours differ by at most a tenth', bounded, 0.28, 'close'],
    ['goes on until 28 % of its repeats even then', bounded, 0.27, undefined],
    [
      'goes on if the verdict on neighbours needs more repeats',
      withheld({ code: 'few-repeats', repeats: 2, failed: 2 }),
      0.9,
      undefined,
    ],
    [
      'does not wait for a verdict that is withheld for another reason',
      withheld({ code: 'no-correct-answer', level: closed(4), target: recordedTargets()[0] }),
      0.2,
      'decided',
    ],
  ] as const)('%s', (_, middle, share, why) => {
    expect(stopAfter(withMiddle(middle), 100 * share, 100)).toBe(why);
  });

  it('measures six repeats, which p95s need, if it is compared with another run', () => {
    const { plan, ...summary } = withMiddle(equal);
    const withBaseline = {
      ...summary,
      plan: { ...plan, settings: { ...plan.settings, withBaseline: true } },
    };

    expect(stopAfter(withBaseline, 5, 12)).toBeUndefined();
    expect(stopAfter(withBaseline, 6, 12)).toBe('decided');
  });

  it('goes on if neither the fastest nor the slowest target is known', () => {
    const summary = judgedAs(() => ({ ...noisy, repeatsAnew: 101 }));

    expect(stopAfter(summary, 90, 100)).toBeUndefined();
  });

  it('does not wait for a target that fails requests', () => {
    const { run } = refusingRun();
    const { noRanking, ...summary } = summarise(run);

    expect(stopAfter(summary, 20, 100)).toBe('decided');
    expect(noRanking).toMatchObject({ code: 'withheld', reason: { code: 'failed-requests' } });
  });

  it('ends although a pair that are not neighbours is open', () => {
    const summary = judgedAs((known) => {
      const pair = decided(known)
        ?.map(({ serving }) => serving)
        .join();
      if (pair === 'torchserve,tfserving') return noisy;
      return pair === undefined ? equal : known;
    });

    expect(stopAfter(summary, 20, 100)).toBe('decided');
  });

  it('goes on before its first look, and if it has nothing to compare', () => {
    expect(
      stopAfter(
        judgedAs(() => withheld({ code: 'not-looked-yet' })),
        100,
        100,
      ),
    ).toBeUndefined();
    expect(stopAfter({ rows: recorded.rows }, 100, 100)).toBeUndefined();
  });
});
