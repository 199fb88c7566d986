import { manifestOf } from '../../../serving-configs/index.ts';
import type { Protocol } from '../../../serving-configs/manifest.ts';
import { type Level, type Target, targetId } from '../model/measurement.ts';
import type { Plan } from '../model/plan.ts';
import type { MachineFacts } from '../../deployment/machine-facts.ts';

/** The protocols as people write them. */
export const PROTOCOL_WORDS: Readonly<Record<Protocol, string>> = { rest: 'REST', grpc: 'gRPC' };

const distinct = (values: readonly string[]): number => new Set(values).size;

/** What a plan says of what answers. */
type Answering = Partial<Pick<Plan, 'served' | 'runtime'>>;

/** A title in brackets takes the note into them. */
const withNote = (title: string, note: string): string =>
  title.endsWith(')') ? `${title.slice(0, -1)}, ${note})` : `${title} (${note})`;

/** The serving's title, marked if a stand-in or the simulated server answered. */
const titleOf = ({ serving }: Target, { served, runtime }: Answering): string => {
  const { title } = manifestOf(serving);
  const own = served?.[serving];
  if (own !== undefined) return own.real ? title : withNote(title, 'stand-in');
  return runtime === 'simulated' ? withNote(title, 'simulated') : title;
};

/**
 * Names of targets for people, by target id: the serving's title, with the protocol, payload and encoding if the serving
 * takes part with several of them.
 *
 * @param plan says what answered; without it the names are not marked
 */
export const targetLabels = (
  all: readonly Target[],
  plan: Answering = {},
): ReadonlyMap<string, string> => {
  const labels = new Map<string, string>();
  // Thousands of rows share a few targets.
  const targets = [...new Map(all.map((target) => [targetId(target), target])).values()];
  for (const target of targets) {
    const siblings = targets.filter((other) => other.serving === target.serving);
    const details: string[] = [];
    if (distinct(siblings.map((other) => other.protocol)) > 1)
      details.push(PROTOCOL_WORDS[target.protocol]);
    // Payload and encoding are named only if one protocol has several: else the protocol tells them apart.
    const ofProtocol = siblings.filter((other) => other.protocol === target.protocol);
    if (distinct(ofProtocol.map((other) => `${other.payload} ${other.encoding}`)) > 1) {
      details.push(target.payload, target.encoding);
    }
    const title = titleOf(target, plan);
    labels.set(targetId(target), details.length === 0 ? title : `${title}, ${details.join(' ')}`);
  }
  return labels;
};

/** What crosses to the serving, and how: `gRPC tensor raw`. */
export const wireLabel = ({ protocol, payload, encoding }: Target): string =>
  `${PROTOCOL_WORDS[protocol]} ${payload} ${encoding}`;

/** `10 VUs`, `50/s Poisson`. */
export const levelLabel = (level: Level): string => {
  if (level.loop === 'closed')
    return level.virtualUsers === 1 ? '1 VU' : `${level.virtualUsers} VUs`;
  return `${level.ratePerSecond}/s ${level.arrivals === 'poisson' ? 'Poisson' : 'constant'}`;
};

type CpuState = Pick<MachineFacts, 'cpuGovernor' | 'smt'>;

/** What is known of the processor's state: `governor performance`, `SMT on`. */
export const cpuStateTexts = ({ cpuGovernor, smt }: CpuState): readonly string[] => [
  ...(cpuGovernor === undefined ? [] : [`governor ${cpuGovernor}`]),
  ...(smt === undefined ? [] : [`SMT ${smt ? 'on' : 'off'}`]),
];
