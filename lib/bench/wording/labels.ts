import { servingTitle } from '../../../serving-configs/index.ts';
import type { Encoding, Protocol } from '../../../serving-configs/manifest.ts';
import { settingsWords } from '../../../serving-configs/settings.ts';
import { counted } from './format-number.ts';
import { type Level, type Measurement, type Target, targetId } from '../model/measurement.ts';
import type { Plan, SettingLeftOut } from '../model/plan.ts';

export const PROTOCOL_WORDS: Readonly<Record<Protocol, string>> = { rest: 'REST', grpc: 'gRPC' };

const PAYLOAD_WORDS: Readonly<Record<Target['payload'], string>> = {
  image: 'image',
  tensor: 'tensor',
  tensor_fullsize: 'unresized tensor',
  tensors: 'named tensors',
};

const ENCODING_WORDS: Readonly<Record<Encoding, string>> = {
  raw: 'raw bytes',
  json: 'JSON',
  base64: 'base64',
  binary: 'binary',
  form: 'form',
};

/** Protocol, payload and encoding of a target, for people. */
export const wireWords = ({ protocol, payload, encoding }: Target): readonly string[] => [
  PROTOCOL_WORDS[protocol],
  PAYLOAD_WORDS[payload],
  ENCODING_WORDS[encoding],
];

/** What a request to a target has in it: `unresized tensor as JSON`. */
export const requestWords = ({ payload, encoding }: Target): string =>
  `${PAYLOAD_WORDS[payload]} as ${ENCODING_WORDS[encoding]}`;

/** Names of targets for people, by target id. */
export type Labels = ReadonlyMap<string, string>;

export const labelOf = (labels: Labels, target: Target): string =>
  labels.get(targetId(target)) ?? targetId(target);

/** The part of a plan that says what answers. Requests to many models are JSON for every target. */
type AnsweredBy = Partial<Pick<Plan, 'served' | 'runtime' | 'many'>>;

/** Appends notes in brackets, or adds them to the brackets at the end of the title. */
const withNotes = (title: string, notes: readonly string[]): string => {
  if (notes.length === 0) return title;
  const text = notes.join(', ');
  return title.endsWith(')') ? `${title.slice(0, -1)}, ${text})` : `${title} (${text})`;
};

/** Payload and encoding in a word or two: `image`, `JSON`, `unresized binary`. */
const DATA_WORDS: Readonly<Record<Target['payload'], (encoding: Encoding) => string>> = {
  image: (encoding) => (encoding === 'raw' ? 'image' : `image as ${ENCODING_WORDS[encoding]}`),
  tensor: (encoding) => ENCODING_WORDS[encoding],
  tensor_fullsize: (encoding) => `unresized ${ENCODING_WORDS[encoding]}`,
  tensors: (encoding) => ENCODING_WORDS[encoding],
};
const dataWord = ({ payload, encoding }: Target): string => DATA_WORDS[payload](encoding);

/** Marks targets that no real server answered. */
const answeredBy = ({ serving }: Target, { served, runtime }: AnsweredBy): readonly string[] => {
  const servedBy = served?.[serving];
  if (servedBy !== undefined) return servedBy.real ? [] : ['stand-in'];
  return runtime === 'simulated' ? ['simulated'] : [];
};

/**
 * Names of targets by target id: the title of the serving, with protocol, payload and encoding if the targets differ in them, because
 * that may explain the figures: `TITLE (JSON, simulated)`.
 *
 * @param plan marks what was not a real server; without it nothing is marked
 */
export const targetLabels = (all: readonly Target[], plan: AnsweredBy = {}): Labels => {
  // Thousands of rows may share a few targets.
  const targets = [...new Map(all.map((target) => [targetId(target), target])).values()];
  const differIn = (valueOf: (target: Target) => string): boolean =>
    new Set(targets.map(valueOf)).size > 1;
  const hasProtocols = differIn(({ protocol }) => protocol);
  const hasData = plan.many === undefined && differIn(dataWord);
  return new Map(
    targets.map((target) => {
      const notes = [
        ...(hasProtocols ? [PROTOCOL_WORDS[target.protocol]] : []),
        ...(hasData ? [dataWord(target)] : []),
        ...(target.settings === undefined ? [] : [settingsWords(target.settings)]),
        ...answeredBy(target, plan),
      ];
      return [targetId(target), withNotes(servingTitle(target.serving), notes)];
    }),
  );
};

/** {@link targetLabels} of the targets of rows. */
export const rowLabels = (
  rows: readonly { readonly target: Target }[],
  plan?: AnsweredBy,
): Labels =>
  targetLabels(
    rows.map(({ target }) => target),
    plan,
  );

/** Which values of a setting a serving cannot have, and why: `TITLE: maxBatch 4, 8: REASON`. */
export const settingLeftOutText = ({ serving, setting, values, reason }: SettingLeftOut): string =>
  `${servingTitle(serving)}: ${setting} ${values.join(', ')}: ${reason}`;

const ARRIVAL_WORDS = { poisson: 'Poisson', constant: 'constant' } as const;

/** `10 VUs`, `50/s Poisson`. */
export const levelLabel = (level: Level): string =>
  level.loop === 'closed'
    ? counted(level.virtualUsers, 'VU')
    : `${level.ratePerSecond}/s ${ARRIVAL_WORDS[level.arrivals]}`;

/** `10 virtual users`, `50 requests/s (Poisson)`: for sentences. */
export const levelWords = (level: Level): string =>
  level.loop === 'closed'
    ? counted(level.virtualUsers, 'virtual user')
    : `${level.ratePerSecond} requests/s (${ARRIVAL_WORDS[level.arrivals]})`;

/** The name of a result: `TITLE (JSON), warm, 8 VUs`. */
export const resultLabel = (
  labels: Labels,
  { target, scenario, level }: Pick<Measurement, 'target' | 'scenario' | 'level'>,
): string => `${labelOf(labels, target)}, ${scenario}, ${levelLabel(level)}`;
