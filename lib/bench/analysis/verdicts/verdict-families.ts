import { targetId } from '../../model/measurement.ts';
import { CPU_ERROR, decide, type Decision, isOpen, SPEED_ERROR } from '../../stats/judgement.ts';
import { type Look, RESUMED_PART, SINGLE_LOOK } from '../../stats/looks.ts';
import { ASSUMED_NOISE, repeatsToDecide } from '../../stats/power.ts';
import { groupBy } from '../group-by.ts';
import type { MeasuredRow } from '../records.ts';
import type { Summary } from '../summary.ts';
import type {
  CpuFinding,
  CpuJudgement,
  CpuVerdicts,
  HeadlineVerdicts,
  JudgedFigure,
  Load,
  Verdict,
  WithheldTarget,
} from '../verdict-types.ts';
import { cpuReasons } from './cpu-reasons.ts';
import {
  comparable,
  decidePairs,
  loadKey,
  noiseOf,
  repeatsOf,
  whyWithheld,
  type DecidedPair,
} from './decided-pairs.ts';
import { failingTargets } from './failing-targets.ts';
import { judgedFigure, ratioOf, withheldReason, type AnswerFacts } from './pairing.ts';

/** The judged figures; the headline takes the first one that was measured. */
const JUDGED_FIGURES: readonly JudgedFigure[] = ['request rate', 'median response time'];

/** The levels at which the slower target of a verdict won; undefined if there are none. */
const reversedAt = (
  { kind }: Decision['judgement'],
  loads: readonly (Load & { readonly decision: Decision | undefined })[],
): readonly Load[] | undefined => {
  const reverse = kind === 'faster' ? 'slower' : kind === 'slower' ? 'faster' : undefined;
  const reversed = loads
    .filter(({ decision }) => decision?.judgement.kind === reverse)
    .map(({ scenario, level }) => ({ scenario, level }));
  return reverse === undefined || reversed.length === 0 ? undefined : reversed;
};

/** Whether a judgement holds if the figure of one target is only a bound: it may be faster than measured. */
const isOfBound = ({ kind }: Decision['judgement'], isFirst: boolean): boolean =>
  kind === 'noisy' || kind === (isFirst ? 'faster' : 'slower');

const verdictOf = (pair: DecidedPair, figure: JudgedFigure): Verdict => {
  const { first, second, loads, ratio: logRatio, decision, error } = pair;
  const repeats = repeatsOf(pair);
  const atLoads = loads.map(({ load, pairing, ratio }) => ({
    ...load,
    repeats: pairing.differences.repeats,
    decision: ratio && decide(ratio, error),
  }));
  const ofPair = {
    first,
    second,
    repeats,
    loads: atLoads.map(({ decision: atLoad, ...load }) => ({
      ...load,
      ratio: atLoad && ratioOf(figure, atLoad.ratio),
    })),
  };
  if (decision === undefined || logRatio === undefined) {
    return { ...ofPair, judgement: { kind: 'withheld', reason: whyWithheld(pair) } };
  }
  const { judgement } = decision;
  const wrong = comparable(pair).find(
    ({ atLimit }) => atLimit !== undefined && !isOfBound(judgement, atLimit.isFirst),
  );
  if (wrong?.atLimit !== undefined) {
    return { ...ofPair, judgement: { kind: 'withheld', reason: wrong.atLimit.reason } };
  }
  const repeatsWith = (part: number): number | undefined =>
    isOpen(judgement) ? repeatsToDecide(logRatio, repeats, part * error) : undefined;
  const resumed = repeatsWith(RESUMED_PART);
  return {
    ...ofPair,
    judgement,
    ratio: ratioOf(figure, decision.ratio),
    moreRepeats: resumed === undefined ? undefined : resumed - repeats,
    repeatsAnew: repeatsWith(SINGLE_LOOK.errorPart),
    reversedAt: reversedAt(judgement, atLoads),
  };
};

const loadsOf = (measuredRows: readonly MeasuredRow[]): readonly Load[] =>
  [...groupBy(measuredRows, ({ row }) => loadKey(row)).values()].map(([{ row }]) => ({
    scenario: row.scenario,
    level: row.level,
  }));

/** Numbers of verdicts that are given, and that are decided. */
const countsOf = (verdicts: readonly { readonly judgement: { readonly kind: string } }[]) => {
  const given = verdicts.filter(({ judgement }) => judgement.kind !== 'withheld');
  return {
    given: given.length,
    decided: given.filter(({ judgement }) => !isOpen(judgement)).length,
  };
};

/** The verdicts that compare one figure; undefined without pairs. */
const verdictsBy = (
  figure: JudgedFigure,
  measuredRows: readonly MeasuredRow[],
  answers: AnswerFacts,
  looks: readonly Look[],
): HeadlineVerdicts | undefined => {
  const failing = failingTargets(measuredRows, answers);
  const reasonOf = (measuredRow: MeasuredRow) => {
    const { target } = measuredRow.row;
    const known = failing.find((of) => targetId(of.target) === targetId(target));
    return known ? { ...known.reason, target } : withheldReason(measuredRow, answers);
  };
  const pairs = decidePairs(measuredRows, looks, { figure, reasonOf }, SPEED_ERROR);
  if (pairs.length === 0) return undefined;
  const verdicts = pairs.map((pair) => verdictOf(pair, figure));
  const noise = noiseOf(pairs);
  return {
    figure,
    verdicts,
    loads: loadsOf(measuredRows).filter((load) =>
      pairs.some(({ loads }) => loads.some((pair) => loadKey(pair.load) === loadKey(load))),
    ),
    ...countsOf(verdicts),
    failing,
    noise: noise === undefined ? undefined : { measured: noise, assumed: ASSUMED_NOISE },
  };
};

const withoutNoop = (measuredRows: readonly MeasuredRow[]): readonly MeasuredRow[] =>
  measuredRows.filter(({ row }) => row.engine !== 'noop');

/**
 * The verdicts on each pair of measured targets over the whole run. They compare rates, or medians if the run has open loops only. Undefined
 * if no two targets, without no-op limits, have a level in common.
 *
 * @param looks that the run has had at its verdicts; none if it is to come to the first
 */
export const verdictsOf = (
  answers: AnswerFacts,
  measuredRows: readonly MeasuredRow[],
  looks: readonly Look[],
): Pick<Summary, 'headline'> => {
  const measured = withoutNoop(measuredRows);
  const [headline] = JUDGED_FIGURES.flatMap(
    (figure) =>
      verdictsBy(
        figure,
        measured.filter(({ row }) => judgedFigure(row.level) === figure),
        answers,
        looks,
      ) ?? [],
  );
  return { headline };
};

const CPU_FIGURE = 'CPU time per request';

/** A decision compares speeds: the faster of two needs less. */
const cpuJudgementOf = (judgement: Decision['judgement']): CpuJudgement =>
  'isBeyondMargin' in judgement
    ? { ...judgement, kind: judgement.kind === 'faster' ? 'less' : 'more' }
    : judgement;

/**
 * The verdicts on the CPU time per request of each pair of measured targets; undefined without pairs. It is what capacity costs, and scatters
 * less beside other programs than the rate. It says nothing of speed.
 *
 * @param withheld targets whose CPU time is not what their requests cost
 * @param looks that the run has had at its verdicts
 */
export const cpuVerdictsOf = (
  withheld: readonly WithheldTarget[],
  answers: AnswerFacts,
  measuredRows: readonly MeasuredRow[],
  looks: readonly Look[],
): CpuVerdicts | undefined => {
  const measured = withoutNoop(measuredRows);
  const reasonOf = cpuReasons(withheld, answers, measured);
  const pairs = decidePairs(measured, looks, { figure: CPU_FIGURE, reasonOf }, CPU_ERROR);
  if (pairs.length === 0) return undefined;
  const verdicts = pairs.map((pair) => {
    const { first, second, decision } = pair;
    const ofPair = { first, second, repeats: repeatsOf(pair) };
    return decision === undefined
      ? { ...ofPair, judgement: { kind: 'withheld', reason: whyWithheld(pair) } as const }
      : {
          ...ofPair,
          judgement: cpuJudgementOf(decision.judgement),
          ratio: ratioOf(CPU_FIGURE, decision.ratio),
        };
  });
  return { verdicts, ...countsOf(verdicts), noise: noiseOf(pairs) };
};

/**
 * What the verdicts on CPU time come to; undefined if the run is invalid, or nothing is sure and the answer does not depend on it. It is a cost,
 * and says nothing on speed.
 */
export const cpuFindingOf = ({
  cpu,
  validity,
  noRanking,
  cpuWithheld = [],
}: Pick<Summary, 'cpu' | 'validity' | 'noRanking' | 'cpuWithheld'>): CpuFinding | undefined => {
  if (cpu === undefined || validity?.valid === false) return undefined;
  const [surest] = cpu.verdicts
    .flatMap(({ first, second, judgement: { kind }, ratio }) => {
      const { low = 1, high = 1 } = ratio?.interval ?? {};
      if (kind === 'more') return [{ more: first, less: second, timesAtLeast: low }];
      return kind === 'less' ? [{ more: second, less: first, timesAtLeast: 1 / high }] : [];
    })
    .toSorted((a, b) => b.timesAtLeast - a.timesAtLeast);
  if (surest !== undefined) return { code: 'more', ...surest };
  const isNeeded = noRanking?.code === 'rig-limit';
  if (cpu.verdicts.some(({ judgement }) => judgement.kind === 'withheld')) {
    const [withheld] = cpuWithheld;
    return isNeeded && withheld !== undefined ? { code: 'withheld', ...withheld } : undefined;
  }
  if (cpu.verdicts.some(({ judgement }) => isOpen(judgement))) {
    const times = cpu.verdicts.flatMap(({ ratio }) => {
      const { low = 1, high = 1 } = ratio?.interval ?? {};
      return [high, 1 / low];
    });
    return isNeeded ? { code: 'open', timesAtMost: Math.max(...times) } : undefined;
  }
  const targets = cpu.verdicts.flatMap(({ first, second }) => [targetId(first), targetId(second)]);
  return { code: 'equal', targets: new Set(targets).size };
};
