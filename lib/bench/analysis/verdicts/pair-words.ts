import { manifestOf } from '../../../../serving-configs/index.ts';
import type { Encoding, Payload } from '../../../../serving-configs/manifest.ts';
import type { Target } from '../../model/measurement.ts';
import type { Plan } from '../../model/plan.ts';
import { PROTOCOL_WORDS } from '../../wording/protocol-words.ts';

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
