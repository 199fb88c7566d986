import { manifestOf } from '../../../serving-configs/index.ts';
import type { Encoding, Protocol } from '../../../serving-configs/manifest.ts';
import { counted, formatBytes } from './format-number.ts';
import { type Level, type Measurement, type Target, targetId } from '../model/measurement.ts';
import type { Plan } from '../model/plan.ts';
import type { CpuState, MachineFacts } from '../../deployment/machine-facts.ts';

/** The protocols as people write them. */
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

/** Protocol, payload and encoding of a target as people write them. */
export const wireWords = ({ protocol, payload, encoding }: Target): readonly string[] => [
  PROTOCOL_WORDS[protocol],
  PAYLOAD_WORDS[payload],
  ENCODING_WORDS[encoding],
];

/** Names of targets for people, by target id. */
export type Labels = ReadonlyMap<string, string>;

export const labelOf = (labels: Labels, target: Target): string =>
  labels.get(targetId(target)) ?? targetId(target);

/** What a plan says of what answers. */
type Answering = Partial<Pick<Plan, 'served' | 'runtime'>>;

/** Puts notes into the brackets behind a title, which may have some. */
const withNotes = (title: string, notes: readonly string[]): string => {
  if (notes.length === 0) return title;
  const text = notes.join(', ');
  return title.endsWith(')') ? `${title.slice(0, -1)}, ${text})` : `${title} (${text})`;
};

/** Payload and encoding in a word or two: `image`, and of tensors how the numbers are written. */
const dataWord = ({ payload, encoding }: Target): string => {
  const word = ENCODING_WORDS[encoding];
  if (payload === 'image') return encoding === 'raw' ? 'image' : `image as ${word}`;
  return payload === 'tensor_fullsize' ? `unresized ${word}` : word;
};

/** What is to be known of what answered: a stand-in, or the simulated server. */
const answeredBy = ({ serving }: Target, { served, runtime }: Answering): readonly string[] => {
  const own = served?.[serving];
  if (own !== undefined) return own.real ? [] : ['stand-in'];
  return runtime === 'simulated' ? ['simulated'] : [];
};

/** A target in full: `TITLE (gRPC, tensor, raw bytes, simulated)`. */
export const fullLabel = (target: Target, plan: Answering): string =>
  withNotes(manifestOf(target.serving).title, [...wireWords(target), ...answeredBy(target, plan)]);

/**
 * Names of targets for people, by target id: the serving's title, with what of protocol, payload and encoding not all of them
 * share, as it may be the reason for what is measured: `TITLE (JSON, simulated)`.
 *
 * @param plan says what answered; without it the names are not marked
 */
export const targetLabels = (all: readonly Target[], plan: Answering = {}): Labels => {
  // Thousands of rows share a few targets.
  const targets = [...new Map(all.map((target) => [targetId(target), target])).values()];
  const differ = (of: (target: Target) => string): boolean => new Set(targets.map(of)).size > 1;
  const hasProtocols = differ(({ protocol }) => protocol);
  const hasData = differ(dataWord);
  return new Map(
    targets.map((target) => {
      const notes = [
        ...(hasProtocols ? [PROTOCOL_WORDS[target.protocol]] : []),
        ...(hasData ? [dataWord(target)] : []),
        ...answeredBy(target, plan),
      ];
      return [targetId(target), withNotes(manifestOf(target.serving).title, notes)];
    }),
  );
};

/** {@link targetLabels} of the targets of rows. */
export const rowLabels = (rows: readonly { readonly target: Target }[], plan?: Answering): Labels =>
  targetLabels(
    rows.map(({ target }) => target),
    plan,
  );

/** `10 VUs`, `50/s Poisson`. */
export const levelLabel = (level: Level): string => {
  if (level.loop === 'closed')
    return level.virtualUsers === 1 ? '1 VU' : `${level.virtualUsers} VUs`;
  return `${level.ratePerSecond}/s ${level.arrivals === 'poisson' ? 'Poisson' : 'constant'}`;
};

/** `10 virtual users`, `50 requests/s (Poisson)`: for sentences. */
export const levelWords = (level: Level): string =>
  level.loop === 'closed'
    ? counted(level.virtualUsers, 'virtual user')
    : `${level.ratePerSecond} requests/s (${level.arrivals === 'poisson' ? 'Poisson' : 'constant'})`;

/** What is known of the processor's state: `governor performance`, `SMT on`. */
export const cpuStateTexts = ({ cpuGovernor, smt }: CpuState): readonly string[] => [
  ...(cpuGovernor === undefined ? [] : [`governor ${cpuGovernor}`]),
  ...(smt === undefined ? [] : [`SMT ${smt ? 'on' : 'off'}`]),
];

/** What a machine is, in one line. */
export const machineText = (machine: MachineFacts): string =>
  [
    machine.cpuModel,
    counted(machine.cores, 'core'),
    ...cpuStateTexts(machine),
    `${formatBytes(machine.memoryBytes)} memory`,
    machine.architecture,
  ].join(', ');

/** What runs on it. */
export const systemText = ({ os, kernel }: MachineFacts): string => `${os}, kernel ${kernel}`;

/** The name of a result: `TITLE (JSON), warm, 8 VUs`. */
export const resultLabel = (
  labels: Labels,
  { target, scenario, level }: Pick<Measurement, 'target' | 'scenario' | 'level'>,
): string => `${labelOf(labels, target)}, ${scenario}, ${levelLabel(level)}`;
