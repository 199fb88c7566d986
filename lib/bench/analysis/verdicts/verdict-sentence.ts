import { manifestOf } from '../../../../serving-configs/index.ts';
import type { Encoding, Payload } from '../../../../serving-configs/manifest.ts';
import type { Level, Target } from '../../model/measurement.ts';
import type { Plan } from '../../model/plan.ts';
import type { Interval } from '../../stats/interval.ts';
import { EQUIVALENCE_MARGIN, isOpen, type Judgement, reasonOf } from '../../stats/judgement.ts';
import { MOST_REPEATS } from '../../stats/power.ts';
import { counted, formatFigure } from '../../wording/format-number.ts';
import { PROTOCOL_WORDS } from '../../wording/labels.ts';
import { inverted, type JudgedFigure } from './pairing.ts';
import type { Load } from './verdict.ts';

const PAYLOAD_WORDS: Readonly<Record<Payload, string>> = {
  image: 'image',
  tensor: 'tensor',
  tensor_fullsize: 'unresized tensor',
};

const ENCODING_WORDS: Readonly<Record<Encoding, string>> = {
  raw: 'raw bytes',
  json: 'JSON',
  base64: 'base64',
  binary: 'binary',
  form: 'a form',
};

/** Who served in a run, as far as its sentences must say it. */
export type Served = Pick<Plan, 'runtime' | 'served'>;

/** What is compared: a protocol where the simulated server answers for all, else the serving or its stand-in. */
const subjectOf = ({ serving }: Target, { runtime, served }: Served): string => {
  const { title } = manifestOf(serving);
  if (runtime === 'simulated') return `the protocol of ${title}`;
  return served?.[serving]?.real === false ? `the stand-in for ${title}` : title;
};

/** One target in full: what serves, `over gRPC with the tensor in raw bytes`. */
export const targetWords = (target: Target, served: Served): string =>
  `${subjectOf(target, served)} over ${PROTOCOL_WORDS[target.protocol]} with the ${PAYLOAD_WORDS[target.payload]} in ${ENCODING_WORDS[target.encoding]}`;

/** What a target did with requests: a protocol answers none. */
const verbOf = ({ runtime }: Pick<Served, 'runtime'>): 'answered' | 'carried' =>
  runtime === 'simulated' ? 'carried' : 'answered';

/** How two targets are told apart and what they share, for sentences. */
export interface PairWords {
  readonly first: string;
  readonly second: string;
  readonly verb: 'answered' | 'carried';
  /** What both have in common: `over REST with the same tensor`. Empty where that is nothing. */
  readonly shared: string;
  /** A sentence where the payloads differ; else empty. */
  readonly payloadNote: string;
}

/** Words for two targets: what they share is said once, and what differs with each of them. */
export const pairWords = (first: Target, second: Target, served: Served): PairWords => {
  const sameProtocol = first.protocol === second.protocol;
  const samePayload = first.payload === second.payload;
  const sameEncoding = first.encoding === second.encoding;
  const nameOf = (target: Target): string =>
    [
      subjectOf(target, served),
      ...(sameProtocol ? [] : [`over ${PROTOCOL_WORDS[target.protocol]}`]),
      ...(samePayload ? [] : [`with the ${PAYLOAD_WORDS[target.payload]}`]),
      ...(sameEncoding ? [] : [`in ${ENCODING_WORDS[target.encoding]}`]),
    ].join(' ');
  return {
    first: nameOf(first),
    second: nameOf(second),
    verb: verbOf(served),
    shared: [
      ...(sameProtocol ? [`over ${PROTOCOL_WORDS[first.protocol]}`] : []),
      ...(samePayload ? [`with the same ${PAYLOAD_WORDS[first.payload]}`] : []),
    ].join(' '),
    payloadNote: samePayload
      ? ''
      : `The payloads differ: the ${PAYLOAD_WORDS[first.payload]} against the ${PAYLOAD_WORDS[second.payload]}.`,
  };
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
  /** Of first ÷ second; absent where the verdict is withheld. */
  readonly interval?: Interval;
  readonly repeats: number;
  /** Continues the number of repeats: what became of those that are not among them. */
  readonly unpaired?: string;
  /** Of a pair that is open; absent where they are too many. */
  readonly repeatsToDecide?: number;
}

/** `10 virtual users`, `50 requests/s (Poisson)`. */
const loadText = (level: Level): string =>
  level.loop === 'closed'
    ? counted(level.virtualUsers, 'virtual user')
    : `${level.ratePerSecond} requests/s (${level.arrivals === 'poisson' ? 'Poisson' : 'constant'})`;

/** Where a verdict was measured: at its load, or over how many of those that it could have been. */
export const placeText = (judged: readonly Load[], all: readonly Load[]): string => {
  const [load] = all;
  if (all.length === 1 && load !== undefined) return `At ${loadText(load.level)}, ${load.scenario}`;
  return judged.length === all.length || judged.length === 0
    ? `Over all ${all.length} loads`
    : `Over ${judged.length} of ${all.length} loads`;
};

/** `1.19 to 1.27 times`; one figure where both read alike. */
const timesText = ({ low, high }: Pick<Interval, 'low' | 'high'>): string => {
  const [from, to] = [formatFigure(low), formatFigure(high)];
  return from === to ? `${from} times` : `${from} to ${to} times`;
};

/** What is said of one against another, and of two that are alike, of each figure. */
const CLAIMS: Readonly<
  Record<
    JudgedFigure,
    {
      readonly ofOne: (one: string, verb: string, times: string, other: string) => string;
      readonly ofBoth: (both: string, verb: string) => string;
    }
  >
> = {
  'request rate': {
    ofOne: (one, verb, times, other) =>
      `${one} ${verb} ${times} as many requests per second as ${other}`,
    ofBoth: (both, verb) => `${both} ${verb} equally many requests per second`,
  },
  'median response time': {
    ofOne: (one, _, times, other) =>
      `the median response of ${one} took ${times} as long as that of ${other}`,
    ofBoth: (both) => `the median responses of ${both} took equally long`,
  },
};

const claimText = (
  { first, second, verb }: PairWords,
  figure: JudgedFigure,
  { judgement, interval }: Said,
): string => {
  if (interval === undefined) {
    return `no verdict on ${first} against ${second}. ${reasonOf(judgement) ?? ''}`.trimEnd();
  }
  const { ofOne, ofBoth } = CLAIMS[figure];
  const words = judgementText(judgement);
  const forward = ofOne(first, verb, timesText(interval), second);
  if (judgement.word === 'equal') {
    return `${ofBoth(`${first} and ${second}`, verb)} within ${MARGIN_TEXT} (${timesText(interval)})`;
  }
  if (judgement.word !== 'faster' && judgement.word !== 'slower') return `${words}, as ${forward}`;
  const said =
    judgement.word === 'faster'
      ? forward
      : ofOne(second, verb, timesText(inverted(interval)), first);
  return judgement.isBeyondMargin
    ? said
    : `${said}: ${judgementText({ ...judgement, word: 'faster' })}`;
};

/** How many repeats the sentence rests on, and how many it would take; ends it. */
const repeatsText = ({
  judgement,
  interval,
  repeats,
  unpaired = '',
  repeatsToDecide: needed,
}: Said): string => {
  if (interval === undefined) return '';
  const advice =
    needed === undefined
      ? `; ${MOST_REPEATS} would hardly decide it`
      : `; about ${needed} would probably decide it`;
  return ` (${counted(repeats, 'repeat')}${unpaired}${isOpen(judgement) ? advice : ''}).`;
};

/**
 * A verdict as a sentence that names where it was measured, what is compared, the interval and the repeats. The faster one comes
 * first, whichever it is, so that nobody must turn a ratio around.
 */
export const verdictSentence = (
  place: string,
  words: PairWords,
  figure: JudgedFigure,
  said: Said,
): string => {
  const where = [place, words.shared].filter(Boolean).join(', ');
  const note = words.payloadNote === '' ? '' : ` ${words.payloadNote}`;
  return `${where}: ${claimText(words, figure, said)}${repeatsText(said)}${note}`;
};
