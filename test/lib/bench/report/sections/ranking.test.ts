import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import type { Summary } from '../../../../../lib/bench/analysis/summary.ts';
import type { Verdict } from '../../../../../lib/bench/analysis/verdict-types.ts';
import { levelId } from '../../../../../lib/bench/model/measurement.ts';
import { rankingOf, rowOf } from '../../../../../lib/bench/analysis/ranking.ts';
import { answerText, cpuText, shownRankingOf } from '../../../../../lib/bench/report/answer.ts';
import type { Block, Table } from '../../../../../lib/bench/report/model.ts';
import { titleOf } from '../../../../../lib/bench/report/sections/head.ts';
import { rankingBlocks } from '../../../../../lib/bench/report/sections/ranking.ts';
import { formatFigure } from '../../../../../lib/bench/wording/format-number.ts';
import { rowLabels } from '../../../../../lib/bench/wording/labels.ts';
import { closed, recordedRun, recordedTargets } from '../../../../support/recorded-run.ts';

const summary = summarise(recordedRun({ levels: [closed(1), closed(8)], repeats: 4 }));
const single = summarise(
  recordedRun({
    levels: [closed(1)],
    repeats: 1,
    scenarios: ['warm'],
    targets: recordedTargets().slice(1),
  }),
);

const open = (ratePerSecond: number) =>
  ({ loop: 'open', ratePerSecond, arrivals: 'poisson' }) as const;

const blocksOf = (of: Summary): readonly Block[] => rankingBlocks(of, rowLabels(of.rows, of.plan));

/** The cells of the table, row by row. */
const rowsOf = (of: Summary): readonly (readonly string[])[] =>
  blocksOf(of).flatMap((block) =>
    block.kind === 'table' ? block.rows.map(({ cells }) => cells.map(({ text }) => text)) : [],
  );

const tableOf = (of: Summary): Table | undefined =>
  blocksOf(of).find((block) => block.kind === 'table');

/** Whether a figure is marked as a lower bound. */
const isMarked = (of: Summary): boolean =>
  rowsOf(of)
    .flat()
    .some((cell) => /^≥ \d/.test(cell));

/** The pairs with what is known of them. */
const pairsOf = (of: Summary): readonly (readonly string[])[] =>
  rowsOf(of).filter(([label = '']) => label.includes(' vs '));

const linesOf = (of: Summary): readonly string[] =>
  blocksOf(of).flatMap((block) =>
    block.kind === 'list' ? block.items.map(({ text }) => text) : [],
  );

/** The run with another verdict on each pair that has one. */
const judgedAs = (
  judgement: Verdict['judgement'],
  low: number,
  high: number,
  isChanged: (verdict: Verdict) => boolean = () => true,
): Summary => {
  const { headline } = summary;
  if (headline === undefined) throw new Error('no verdicts');
  const ratio = { value: Math.sqrt(low * high), interval: { low, high, confidence: 0.99 } };
  const verdicts = headline.verdicts.map((verdict) =>
    verdict.ratio === undefined || !isChanged(verdict) ? verdict : { ...verdict, judgement, ratio },
  );
  const judged = { ...summary, headline: { ...headline, verdicts } };
  return { ...judged, ranking: rankingOf(judged) };
};

describe('The ranking in a terminal', () => {
  it('has ranks as far as targets are told apart, and those without a verdict last', () => {
    // One target fails too many requests for a verdict.
    expect(rowsOf(summary).map((row) => row[0])).toEqual([
      expect.stringMatching(/^1/),
      expect.stringMatching(/^\d/),
      '3.',
      '',
      ...pairsOf(summary).map(([label]) => label),
    ]);
  });

  it('has the mean rates that the order follows, then response times at the highest level', () => {
    const [first] = summary.ranking?.judged ?? [];
    const row = first && rowOf(summary.rows, first.target, { scenario: 'warm', level: closed(8) });

    expect(tableOf(summary)?.columns.map(({ title }) => title)).toEqual([
      '',
      '',
      'req/s',
      'p50',
      'p90',
      'p99',
      'max',
      '',
    ]);
    expect(rowsOf(summary).flatMap((cells) => cells.at(-1) ?? '')).toContain(
      'archived in August 2025',
    );
    expect(rowsOf(summary)[0]?.slice(2, 4)).toEqual([
      formatFigure(first?.mean?.value),
      formatFigure(row?.p50Ms?.value),
    ]);
  });

  it.each([
    ['at one level', [closed(4)], 'over 4 virtual users, cold and warm;', '4 virtual users, warm:'],
    [
      'at two levels',
      [closed(1), closed(4)],
      'over 1 and 4 virtual users, cold and warm;',
      '4 virtual users, warm:',
    ],
    [
      'of an open loop',
      [open(10), open(20)],
      'over 2 levels, cold and warm;',
      '20 requests/s (Poisson), warm:',
    ],
  ])('says that its figures are cold and warm: %s', (_, levels, over, at) => {
    const [basis] = blocksOf(summarise(recordedRun({ levels, repeats: 4 })));

    expect(basis).toMatchObject({ kind: 'text' });
    expect(basis?.kind === 'text' && basis.text).toContain(over);
    expect(basis?.kind === 'text' && basis.text.endsWith(at)).toBe(true);
  });

  it('has p95 instead of p99 if there are too few answers', () => {
    const few = recordedRun({ levels: [closed(1)], repeats: 3, durationSeconds: 2 });
    const titles = tableOf(summarise(few))?.columns.map(({ title }) => title);

    expect(titles).toContain('p95');
    expect(titles).not.toContain('p99');
  });

  it('has each target with the next', () => {
    expect(pairsOf(summary)).toEqual([
      [expect.stringContaining(' vs '), expect.stringMatching(/%/)],
      [expect.stringContaining(' vs '), expect.stringMatching(/% faster$/)],
    ]);
  });

  it('has no ranks, the targets by name and all pairs with their intervals if none is told apart', () => {
    const noisy = judgedAs({ kind: 'noisy' }, 0.9, 1.4);
    const names = noisy.ranking?.judged.map(({ target }) => target.serving) ?? [];

    expect(names).toEqual(names.toSorted());
    expect(tableOf(noisy)?.columns[0]?.title).toBe('');
    expect(tableOf(noisy)?.columns[1]?.title).toBe('req/s');
    expect(pairsOf(noisy).map(([, words]) => words)).toEqual(
      Array(3).fill(expect.stringMatching(/^(−10\.0 to \+40|−29 to \+11) %$/)) as unknown,
    );
  });

  it('calls targets equal within the margin', () => {
    const equal = judgedAs({ kind: 'equal' }, 0.99, 1.02);

    expect(new Set(pairsOf(equal).map(([, words]) => words))).toEqual(
      new Set(['equal within 3 %']),
    );
  });

  it('never says more than what is known', () => {
    const lead = judgedAs({ kind: 'faster', isBeyondMargin: true }, 1.1186, 1.4);
    const ranking = shownRankingOf(lead);

    expect(ranking && answerText(ranking)).toContain('at least 11 % faster');
    expect(pairsOf(lead)[0]?.[1]).toBe('11–40 % faster');
  });

  it('names only the levels on which its verdicts rest', () => {
    const data = recordedRun({ levels: [closed(1), closed(8)], repeats: 4, scenarios: ['warm'] });
    // One repeat is too few for a verdict.
    const records = data.records.filter(
      (record) =>
        record.kind !== 'measurement' ||
        (record.measurement.repeat < 4 &&
          !(
            levelId(record.measurement.level) === levelId(closed(8)) &&
            record.measurement.repeat > 1
          )),
    );
    const { validity: _, ...cut } = summarise({ ...data, records });
    const shown = { ...cut, ranking: rankingOf(cut) };

    expect(shown.ranking).toMatchObject({ repeats: { least: 3, most: 3 }, allLoads: 2 });
    expect(shown.ranking?.loads).toEqual([{ scenario: 'warm', level: closed(1) }]);
    expect(blocksOf(shown)[0]).toEqual(
      expect.objectContaining({
        text: expect.stringMatching(/^At 1 virtual user, .*; 1 other/) as string,
      }),
    );
  });

  it('has the figures of each target if there is no verdict', () => {
    expect(rowsOf(single)).toHaveLength(single.plan.targets.length);
    expect(blocksOf(single)[0]).toMatchObject({
      kind: 'text',
      text: expect.stringMatching(/^At 1 virtual user,/) as string,
    });
  });

  it('marks rates at the limit of the rig as lower bounds, also if nothing is ranked', () => {
    const limited = recordedRun({ scenarios: ['warm'], noopLimitFactor: 1.1 });
    const [caption = ''] = blocksOf(summarise(limited)).flatMap((block) =>
      block.kind === 'text' ? [block.text] : [],
    );
    const ranked: Summary = {
      ...summary,
      rows: summary.rows.map((row) => ({
        ...row,
        checks: [
          {
            check: 'noop-limit',
            state: row.level === summary.rows[0]?.level ? 'at-limit' : 'passed',
          },
        ],
      })),
    };

    expect(isMarked(summarise(limited))).toBe(true);
    expect(caption).toContain('≥: at the limit of this rig');
    expect(isMarked(ranked)).toBe(true);
    expect(isMarked(summary)).toBe(false);
  });

  it('has a line for each search of a rate', () => {
    const [found, missing] = single.plan.targets;
    const rate = { engine: 'onnx', scenario: 'warm', limitMs: 200, requests: 600, overLimit: 0 };
    const search = { repeats: 1, trials: 3 };
    const sloRates = [
      {
        ...rate,
        target: found,
        state: 'kept',
        search: { ...search, state: 'found' },
        requestRatePerSecond: { value: 22.4 },
      },
      {
        ...rate,
        target: missing,
        state: 'unknown',
        search: { ...search, state: 'no-result', reason: { code: 'not-confirmed', trials: 12 } },
      },
    ] as unknown as NonNullable<Summary['sloRates']>;

    expect(linesOf({ ...single, sloRates })).toEqual([
      expect.stringMatching(/^TensorFlow Serving .* 200 ms: 22\.4 req\/s$/),
      expect.stringMatching(/^Triton .* 200 ms: .* 12 /),
    ]);
  });
});

const [first, second] = recordedTargets();
const withMore: Summary = {
  ...summary,
  cpuFinding: { code: 'more', more: first, less: second, timesAtLeast: 1.149 },
};

describe('A finding on CPU time', () => {
  it('says how much more a server needs at least, and never that it is slower', () => {
    const byMore = cpuText(withMore);

    expect(byMore).toMatch(/^TorchServe.* at least 14 % more CPU time per request than TensorFlow/);
    expect(byMore).not.toMatch(/fast|slow/);
  });

  it('is part of the result if no target is known to be faster', () => {
    const { cpuFinding } = withMore;
    const undecided = { ...judgedAs({ kind: 'noisy' }, 0.8, 1.3), cpuFinding };

    expect(titleOf(undecided, new Map())).toContain(cpuText(undecided));
  });

  it('says how much more a server may need if nothing is decided, rounded up', () => {
    const cpuFinding = { code: 'open', timesAtMost: 1.312 } as const;

    expect(cpuText({ ...summary, cpuFinding })).toContain(' 32 %');
  });

  it('says that a server computes while it waits, if that is why there is none', () => {
    const reason = { code: 'spins', fewestMs: 1.25, mostMs: 0.83 } as const;
    const cpuFinding = { code: 'withheld', target: first, reason } as const;

    expect(cpuText({ ...summary, cpuFinding })).toMatch(
      /^CPU time gives no verdict: TorchServe.* needs 1\.25 ms .* 0\.830 ms .* computes while it waits/,
    );
  });

  it('is silent if nothing is known, and says that all are equal', () => {
    expect(cpuText({ ...summary, cpuFinding: undefined })).toBeUndefined();
    expect(cpuText({ ...summary, cpuFinding: { code: 'equal', targets: 2 } })).toMatch(
      /^All 2 need the same CPU time per request/,
    );
  });
});
