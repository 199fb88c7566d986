import { stopAfter } from '../../lib/bench/analysis/stop-after.ts';
import type { MeasuredRow } from '../../lib/bench/analysis/records.ts';
import type { CpuJudgement, Judgement } from '../../lib/bench/analysis/verdict-types.ts';
import { cpuWithheldOf } from '../../lib/bench/analysis/verdicts/cpu-reasons.ts';
import { cpuVerdictsOf, verdictsOf } from '../../lib/bench/analysis/verdicts/verdict-families.ts';
import { targetId, type Target } from '../../lib/bench/model/measurement.ts';
import { EQUIVALENCE_MARGIN, isOpen } from '../../lib/bench/stats/judgement.ts';
import { lookRepeats, looksOf } from '../../lib/bench/stats/looks.ts';
import { meanOf, medianOf } from '../../lib/bench/stats/moments.ts';
import { createRandom, shuffled } from '../../lib/bench/stats/random.ts';
import { measuredRow } from '../support/measured-rows.ts';
import { normalFrom } from '../support/normal-from.ts';
import { closed, recordedRun, recordedTargets } from '../support/recorded-run.ts';

/** The noise of windows, as standard deviations of logarithms: what is independent in each, and what changes slowly. */
interface WindowNoise {
  readonly white: number;
  readonly slow: number;
}

/** A machine: how long things take there, and how the figures of one server scatter between the windows of a run. */
export interface Machine {
  readonly name: string;
  /** Repeats that fit into five minutes. */
  readonly scheduled: number;
  readonly secondsPerWindow: number;
  readonly secondsToStart: number;
  /** Time constant of the slow noise, in seconds. */
  readonly memory: number;
  readonly rate: WindowNoise;
  readonly cpu: WindowNoise;
}

/*
 * The machines are fitted to windows of 0.7 s on two cores: to the scatter of all windows and to that of neighbours.
 */

export const QUIET: Machine = {
  name: 'quiet',
  scheduled: 21,
  secondsPerWindow: 0.85,
  secondsToStart: 3.6,
  memory: 12,
  rate: { white: 0.036, slow: 0.022 },
  cpu: { white: 0.036, slow: 0.014 },
};

/** Beside other programs, as they came. */
const BUSY_B: Machine = {
  name: 'busy, B',
  scheduled: 12,
  secondsPerWindow: 1.3,
  secondsToStart: 7.5,
  memory: 4.6,
  rate: { white: 0.049, slow: 0.326 },
  cpu: { white: 0.061, slow: 0.092 },
};

/** Beside eight programs that compute and rest for up to three seconds each. */
export const BUSY_E: Machine = {
  ...BUSY_B,
  name: 'busy, E',
  memory: 1,
  rate: { white: 0.164, slow: 0.239 },
  cpu: { white: 0.041, slow: 0.08 },
};

export const MACHINES: readonly Machine[] = [QUIET, BUSY_B, BUSY_E];

/** Standard deviations of what a start does to a server: two starts of one program differ. */
export const START_EFFECTS: readonly number[] = [0, 0.01, 0.02];

/** True rates. In the first two any bias makes a verdict wrong; in the others there are differences to find, in `near` of 4 %. */
export const TRUTHS = {
  equal: [36, 36, 36],
  onMargin: [37.08, 36, 36],
  near: [36.4, 35, 33.65],
  apart: [36, 34, 30],
} as const;

const LEVELS = [closed(1), closed(4)] as const;
const TARGETS = recordedTargets().slice(1);
const MARGIN = Math.log1p(EQUIVALENCE_MARGIN);
/** Covers rounding of truths that lie exactly on a limit. */
const HAIR = 1e-9;

/** Whether a verdict contradicts the truth, the logarithm of how many times as fast, or cheap, the first is. */
export const isWrong = (judgement: Judgement | CpuJudgement, truth: number): boolean => {
  if ('isBeyondMargin' in judgement) {
    const lead = judgement.kind === 'faster' || judgement.kind === 'less' ? truth : -truth;
    return lead <= (judgement.isBeyondMargin ? MARGIN : 0) + HAIR;
  }
  if (judgement.kind === 'equal') return Math.abs(truth) > MARGIN + HAIR;
  return judgement.kind === 'bounded' && Math.abs(truth) > Math.log1p(judgement.most) + HAIR;
};

/** Returns a function that goes on by some seconds and gives the speed of the machine for the next window, as a logarithm. */
const slowNoise = ({ memory }: Machine, deviation: number, normal: () => number) => {
  let state = normal();
  return (seconds: number): number => {
    const kept = Math.exp(-seconds / memory);
    state = kept * state + Math.sqrt(1 - kept ** 2) * normal();
    return deviation * state;
  };
};

/** The rate and the CPU time per request of a target at a level in a repeat, in its two windows. */
interface RepeatFigures {
  readonly rates: number[];
  readonly cpuMs: number[];
}

/**
 * A run, as the rows of each target and level with all scheduled repeats. In a repeat all servers start, then two blocks of windows alternate
 * between them: at each level in a drawn order, and in the second block the other way round.
 */
const simulate = (
  truth: readonly number[],
  machine: Machine,
  startEffect: number,
  random: () => number,
): readonly MeasuredRow[] => {
  const normal = normalFrom(random);
  const [rateNoise, cpuNoise] = [machine.rate, machine.cpu].map(({ white, slow }) => {
    const slowly = slowNoise(machine, slow, normal);
    return (seconds: number) => slowly(seconds) + white * normal();
  }) as [(seconds: number) => number, (seconds: number) => number];
  const repeats = Array.from({ length: machine.scheduled }, () => {
    const figures = LEVELS.map(() => truth.map((): RepeatFigures => ({ rates: [], cpuMs: [] })));
    // A start that makes a server slower makes its requests cost more.
    const starts = truth.map(() => startEffect * normal());
    const block = LEVELS.flatMap((_, level) =>
      shuffled([...truth.keys()], random).map((target) => [level, target] as const),
    );
    let seconds = machine.secondsToStart;
    for (const [level, target] of [...block, ...block.toReversed()]) {
      const speed = Math.log(truth[target] ?? 1) + (starts[target] ?? 0);
      figures[level]?.[target]?.rates.push(Math.exp(speed + rateNoise(seconds)));
      figures[level]?.[target]?.cpuMs.push(1000 * Math.exp(-speed + cpuNoise(seconds)));
      seconds = machine.secondsPerWindow;
    }
    return figures;
  });
  return LEVELS.flatMap((level, atLevel) =>
    truth.map((_, target) => {
      const all = repeats.flatMap((repeat) => repeat[atLevel]?.[target] ?? []);
      const rates = all.map((each) => meanOf(each.rates));
      const measured = measuredRow(TARGETS[target] as Target, level, rates, {
        row: { requestRatePerSecond: { value: meanOf(rates) } },
      });
      return {
        ...measured,
        repeats: measured.repeats.map((record, repeat) => ({
          ...record,
          servingUse: { cpuMs: 60 * meanOf(all[repeat]?.cpuMs ?? []), answers: 60 },
        })),
      };
    }),
  );
};

const { options } = recordedRun({ repeats: 1 }).plan;
const NO_FAULTS = { answerChecks: [] };

/** When a run ends before its last repeat: once it is decided only, or also once {@link stopAfter} calls its open differences close. */
export type Ending = 'decided' | 'decided-or-close';

/** The verdicts at the end of a run, and when it ended. */
const endOf = (rows: readonly MeasuredRow[], scheduled: number, ending: Ending) => {
  const looks = lookRepeats(scheduled);
  for (const repeats of looks) {
    const had = looksOf([{ repeats: scheduled, endedAfter: undefined }], repeats);
    const { headline } = verdictsOf(NO_FAULTS, rows, had);
    const summary = { rows: rows.map(({ row }) => row), headline };
    const stopped = stopAfter(summary, repeats, scheduled);
    const isEnd = stopped === 'decided' || (stopped === 'close' && ending === 'decided-or-close');
    if (!isEnd && repeats !== looks.at(-1)) continue;
    const cpu = cpuVerdictsOf(cpuWithheldOf({ options }, rows), NO_FAULTS, rows, had);
    return { repeats, rate: headline?.verdicts ?? [], cpu: cpu?.verdicts ?? [] };
  }
  throw new Error('no look');
};

/** Shares of runs or pairs, and repeats. */
export interface Outcome {
  /** Runs with a wrong verdict, by rate or by CPU time. */
  readonly wrong: number;
  /** Runs with a wrong verdict by each. */
  readonly wrongRate: number;
  readonly wrongCpu: number;
  /** Decided pairs. */
  readonly decidedRate: number;
  readonly decidedCpu: number;
  /** The median of the repeats of a run. */
  readonly repeats: number;
}

/**
 * Simulates runs that end when they have an answer, of three servers whose true rates and costs are known. The runs are the same for each ending,
 * so that outcomes differ by that alone.
 */
export const outcomeOf = (
  truth: keyof typeof TRUTHS,
  machine: Machine,
  startEffect: number,
  runs: number,
  ending: Ending = 'decided-or-close',
): Outcome => {
  const random = createRandom(runs);
  const rates = TRUTHS[truth];
  const speedOf = (target: Target): number =>
    Math.log(rates[TARGETS.findIndex((each) => targetId(each) === targetId(target))] ?? 1);
  const ends = Array.from({ length: runs }, () => {
    const end = endOf(simulate(rates, machine, startEffect, random), machine.scheduled, ending);
    const [rate, cpu] = [end.rate, end.cpu].map((verdicts) => ({
      isWrong: verdicts.some(({ first, second, judgement }) =>
        isWrong(judgement, speedOf(first) - speedOf(second)),
      ),
      decided: meanOf(
        verdicts.map(({ judgement }) =>
          Number(judgement.kind !== 'withheld' && !isOpen(judgement)),
        ),
      ),
    }));
    if (rate === undefined || cpu === undefined) throw new Error('no verdicts');
    return { repeats: end.repeats, rate, cpu };
  });
  return {
    wrong: meanOf(ends.map(({ rate, cpu }) => Number(rate.isWrong || cpu.isWrong))),
    wrongRate: meanOf(ends.map(({ rate }) => Number(rate.isWrong))),
    wrongCpu: meanOf(ends.map(({ cpu }) => Number(cpu.isWrong))),
    decidedRate: meanOf(ends.map(({ rate }) => rate.decided)),
    decidedCpu: meanOf(ends.map(({ cpu }) => cpu.decided)),
    repeats: medianOf(ends.map(({ repeats }) => repeats)),
  };
};
