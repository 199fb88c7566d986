import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import type { Summary } from '../../../../../lib/bench/analysis/summary.ts';
import type { CpuVerdict, Verdict } from '../../../../../lib/bench/analysis/verdict-types.ts';
import { levelId } from '../../../../../lib/bench/model/measurement.ts';
import { rankingOf } from '../../../../../lib/bench/analysis/ranking.ts';
import { answerText, cpuText, shownRankingOf } from '../../../../../lib/bench/report/answer.ts';
import type { Block } from '../../../../../lib/bench/report/model.ts';
import { rankingBlocks, rankingTitle } from '../../../../../lib/bench/report/sections/ranking.ts';
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

const blocksOf = (of: Summary): readonly Block[] => rankingBlocks(of, rowLabels(of.rows, of.plan));

/** The cells of the table, row by row. */
const rowsOf = (of: Summary): readonly (readonly string[])[] =>
  blocksOf(of).flatMap((block) =>
    block.kind === 'table' ? block.rows.map(({ cells }) => cells.map(({ text }) => text)) : [],
  );

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
  it('compares each target with the slowest, and lists those without a verdict last', () => {
    // One target fails too many requests for a verdict.
    expect(rowsOf(summary).map((row) => row.at(-1))).toEqual([
      expect.stringMatching(/slowest$/),
      expect.stringMatching(/slowest$/),
      'slowest',
      expect.not.stringMatching(/slow|fast/),
    ]);
  });

  it('compares neighbours, except with the slowest, with which the table compares all', () => {
    expect(linesOf(summary)).toHaveLength(1);
  });

  it('compares with the first, by interval, and calls none the slowest or the last if no verdict does', () => {
    const noisy = judgedAs({ kind: 'noisy' }, 0.9, 1.4);
    const words = rowsOf(noisy).map((row) => row.at(-1) ?? '');

    expect(words[0]).toBe('');
    expect(words.slice(1, 3)).toEqual(
      Array(2).fill(expect.stringMatching(/\((−10.*\+40|−29.*\+11) %\)$/) as unknown),
    );
    expect(words.join()).not.toMatch(/last|slowest/);
    expect(linesOf(noisy)).toEqual([]);
  });

  it('calls targets equal to the first', () => {
    const words = rowsOf(judgedAs({ kind: 'equal' }, 0.99, 1.02)).map((row) => row.at(-1));

    expect(words.slice(0, 3)).toEqual([
      '',
      ...Array(2).fill(expect.stringMatching(/^equal/) as unknown),
    ]);
  });

  it('begins with the finding if no target is faster than another, and then names the level of its figures', () => {
    const ranking = shownRankingOf(judgedAs({ kind: 'noisy' }, 0.9, 1.4));

    const title = ranking && rankingTitle(ranking);

    expect(ranking?.finding).toEqual({ code: 'none-faster' });
    expect(title?.startsWith(ranking ? answerText(ranking) : '-')).toBe(true);
    // The targets, then repeats and levels, then the level of the figures.
    expect(title?.match(/\d+/g)).toEqual(['3', '4', '4', '8']);
  });

  it('names only the levels and the repeats on which its verdicts rest', () => {
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
    const ranking = shownRankingOf({ ...cut, ranking: rankingOf(cut) });

    expect(ranking).toMatchObject({ repeats: { least: 3, most: 3 }, allLoads: 2 });
    expect(ranking?.loads).toEqual([{ scenario: 'warm', level: closed(1) }]);
    // Repeats, virtual users, and other levels.
    expect((ranking && rankingTitle(ranking))?.match(/\d+/g)?.slice(0, 3)).toEqual(['3', '1', '1']);
  });

  it('has the figures of each target if there is no verdict', () => {
    expect(rowsOf(single)).toHaveLength(single.plan.targets.length);
    expect(blocksOf(single)[0]).toMatchObject({ kind: 'text', text: 'At 1 virtual user:' });
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

const [first, second, third] = recordedTargets();
const cpuVerdict = (low: number, high: number, judgement: CpuVerdict['judgement']): CpuVerdict => ({
  first,
  second,
  judgement,
  repeats: 4,
  ratio: { value: Math.sqrt(low * high), interval: { low, high, confidence: 0.98 } },
});
const withCpu = (...verdicts: readonly CpuVerdict[]): Summary => ({
  ...summary,
  cpu: { verdicts, given: verdicts.length, decided: 1 },
});
const more = cpuVerdict(1.149, 1.3, { kind: 'more', isBeyondMargin: true });

describe('A verdict on CPU time', () => {
  it('says how much more a server needs at least, of the surest pair, and never that it is slower', () => {
    const less = { ...cpuVerdict(0.7, 0.9, { kind: 'less', isBeyondMargin: true }), second: third };
    const byMore = cpuText(withCpu(less, more));

    expect(byMore).toMatch(/^TorchServe.* at least 14 % more CPU time per request than TensorFlow/);
    expect(cpuText(withCpu(less))).toMatch(/ at least 11 % more .* than TorchServe/);
    expect(byMore).not.toMatch(/fast|slow/);
  });

  it('is part of the result if no target is known to be faster, and of no invalid run', () => {
    const undecided = { ...judgedAs({ kind: 'noisy' }, 0.8, 1.3), cpu: withCpu(more).cpu };
    const ranking = shownRankingOf(undecided);

    expect(ranking && rankingTitle(ranking)).toContain(cpuText(undecided));
    expect(cpuText({ ...withCpu(more), validity: { valid: false, reasons: [] } })).toBeUndefined();
  });

  it('is silent if nothing is decided, and says that all are equal', () => {
    const equal = cpuVerdict(0.99, 1.01, { kind: 'equal' });

    expect(cpuText(withCpu(cpuVerdict(0.8, 1.3, { kind: 'noisy' }), equal))).toBeUndefined();
    expect(cpuText(withCpu(equal))).toMatch(/^All 2 need the same CPU time per request/);
  });
});
