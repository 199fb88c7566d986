import { targetId, type Target } from '../../model/measurement.ts';
import type { Interval } from '../../stats/interval.ts';
import { EQUIVALENCE_MARGIN, isOpen, type Judgement, reasonOf } from '../../stats/judgement.ts';
import { MOST_REPEATS } from '../../stats/power.ts';
import {
  counted,
  differenceText,
  formatFigure,
  sentenceStart,
} from '../../wording/format-number.ts';
import { levelWords, wireWords } from '../../wording/labels.ts';
import { inverted, type JudgedFigure } from './pairing.ts';
import type { Load } from './verdict.ts';

/** Two targets by their names. */
export interface PairWords {
  readonly first: string;
  readonly second: string;
  /** A sentence if the payloads differ; otherwise empty. */
  readonly payloadNote: string;
}

/** @param labels names of the targets, by target id */
export const pairWords = (
  first: Target,
  second: Target,
  labels: ReadonlyMap<string, string>,
): PairWords => {
  const nameOf = (target: Target): string => labels.get(targetId(target)) ?? targetId(target);
  const [one, other] = [first, second].map((target) => wireWords(target)[1] ?? '');
  return {
    first: nameOf(first),
    second: nameOf(second),
    payloadNote: one === other ? '' : ` The payloads differ: ${one} against ${other}.`,
  };
};

/** What all targets share, as a sentence; empty if that is nothing. */
export const sharedText = (targets: readonly Target[]): string => {
  const [first, ...others] = targets.map(wireWords);
  const shared = (first ?? []).filter((word, index) => others.every((one) => one[index] === word));
  return shared.length === 0 ? '' : `Same for all: ${shared.join(', ')}. `;
};

const MARGIN_TEXT = `${EQUIVALENCE_MARGIN * 100} %`;

/** The words of a verdict. */
export const judgementText = (judgement: Judgement): string => {
  switch (judgement.word) {
    case 'faster':
    case 'slower':
      return judgement.isBeyondMargin
        ? judgement.word
        : `${judgement.word}, perhaps by less than ${MARGIN_TEXT}`;
    case 'equal':
      return `equal within ${MARGIN_TEXT}`;
    case 'bounded':
      return `no difference above ${Math.ceil(judgement.most * 100)} %`;
    case 'noisy':
      return 'too noisy to tell';
    case 'withheld':
      return 'withheld';
    default:
      return judgement satisfies never;
  }
};

/** What a sentence is made of. */
interface Said {
  readonly judgement: Judgement;
  /** Of first ÷ second; absent if the verdict is withheld. */
  readonly interval?: Interval;
  /** Over all its loads. */
  readonly repeats: number;
  /** Of how many of its loads they are. */
  readonly loads?: readonly [judged: number, all: number];
  /** Continues the number of repeats: those that failed. */
  readonly left?: string;
  /** Of a pair that is open; absent if they are too many. */
  readonly repeatsToDecide?: number;
}

/** `10 virtual users, warm`, `50 requests/s (Poisson), cold`. */
export const loadText = ({ level, scenario }: Load): string => `${levelWords(level)}, ${scenario}`;

/** From this ratio on, `2.1–2.3 times as many` is easier to read than a percentage. */
const TIMES_FROM = 2;

/** How one compares with another, from the ends of its ratio to the other: `handled 18–23 % more requests per second than B`. */
const CLAIMS: Readonly<
  Record<
    JudgedFigure,
    (one: string, ends: Pick<Interval, 'low' | 'high'>, other?: string) => string
  >
> = {
  'request rate': (one, { low, high }, other) => {
    const isTimes = low >= TIMES_FROM;
    const difference = isTimes
      ? `${formatFigure(low)}–${formatFigure(high)} times as many`
      : differenceText({ low, high }, 'fewer', 'more');
    const comparison = other === undefined ? '' : ` ${isTimes ? 'as' : 'than'} ${other}`;
    return `${one} handled ${difference} requests per second${comparison}`;
  },
  'median response time': (one, ends, other) =>
    `${one}’s median response time was ${differenceText(ends, 'shorter', 'longer')}${other === undefined ? '' : ` than ${other}’s`}`,
};

const claimText = (
  { first, second }: PairWords,
  figure: JudgedFigure,
  judgement: Judgement,
  interval: Interval,
): string => {
  const claim = CLAIMS[figure];
  const { word } = judgement;
  if (word === 'faster') return claim(first, interval, second);
  if (word === 'slower') return claim(second, inverted(interval), first);
  const claimed = claim(first, interval);
  if (word === 'equal')
    return `${first} and ${second} are equally fast within ${MARGIN_TEXT}: ${claimed}`;
  if (word === 'noisy') return `Too noisy to tell ${first} from ${second}: ${claimed}`;
  return `${sentenceStart(judgementText(judgement))} between ${first} and ${second}: ${claimed}`;
};

/** `12 repeats`, `12 repeats at each of 2 loads`, and where loads lack repeats `23 repeats at 2 loads`. */
const repeatsText = (repeats: number, [judged, all]: readonly [number, number]): string => {
  const loads = judged === all ? counted(all, 'load') : `${judged} of ${counted(all, 'load')}`;
  if (all === 1) return counted(repeats, 'repeat');
  return repeats % judged === 0
    ? `${counted(repeats / judged, 'repeat')} at ${judged === 1 ? '' : 'each of '}${loads}`
    : `${counted(repeats, 'repeat')} at ${loads}`;
};

/**
 * A verdict as a sentence that names what is compared, by how much, and on how many repeats that rests. The faster one comes first,
 * whichever it is.
 */
export const verdictSentence = (
  words: PairWords,
  figure: JudgedFigure,
  { judgement, interval, repeats, loads = [1, 1], left = '', repeatsToDecide: needed }: Said,
): string => {
  if (interval === undefined) {
    return `No verdict on ${words.first} and ${words.second}. ${reasonOf(judgement) ?? ''}`.trimEnd();
  }
  const advice =
    needed === undefined
      ? `; even ${MOST_REPEATS} would hardly decide it`
      : `; about ${needed}${loads[1] === 1 ? '' : ' at each'} would probably decide it`;
  return `${claimText(words, figure, judgement, interval)}, over ${repeatsText(repeats, loads)}${left}${isOpen(judgement) ? advice : ''}.${words.payloadNote}`;
};
