import { manifestOf } from '../../../../serving-configs/index.ts';
import type { Encoding, Payload } from '../../../../serving-configs/manifest.ts';
import type { Path } from '../../model/cell.ts';
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

/** What is compared: a protocol where the reference serving answers for all, else the serving or its peer. */
const subjectOf = ({ serving }: Path, { runtime, served }: Served): string => {
  const { title } = manifestOf(serving);
  if (runtime === 'reference') return `the protocol of ${title}`;
  return served?.[serving]?.real === false ? `the peer in the place of ${title}` : title;
};

/** One path in full: what serves, `over gRPC with the tensor in raw bytes`. */
export const pathWords = (path: Path, served: Served): string =>
  `${subjectOf(path, served)} over ${PROTOCOL_WORDS[path.protocol]} with the ${PAYLOAD_WORDS[path.payload]} in ${ENCODING_WORDS[path.encoding]}`;

/** What a path did with requests: a protocol answers none. */
const verbOf = ({ runtime }: Pick<Served, 'runtime'>): 'answered' | 'carried' =>
  runtime === 'reference' ? 'carried' : 'answered';

/** How two paths are told apart and what they share, for sentences. */
export interface PairWords {
  readonly first: string;
  readonly second: string;
  readonly verb: 'answered' | 'carried';
  /** What both have in common: `over REST with the same tensor`. Empty where that is nothing. */
  readonly shared: string;
  /** A sentence where the payloads differ; else empty. */
  readonly payloadNote: string;
}

/** Words for two paths: what they share is said once, and what differs with each of them. */
export const pairWords = (first: Path, second: Path, served: Served): PairWords => {
  const sameProtocol = first.protocol === second.protocol;
  const samePayload = first.payload === second.payload;
  const sameEncoding = first.encoding === second.encoding;
  const nameOf = (path: Path): string =>
    [
      subjectOf(path, served),
      ...(sameProtocol ? [] : [`over ${PROTOCOL_WORDS[path.protocol]}`]),
      ...(samePayload ? [] : [`with the ${PAYLOAD_WORDS[path.payload]}`]),
      ...(sameEncoding ? [] : [`in ${ENCODING_WORDS[path.encoding]}`]),
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
