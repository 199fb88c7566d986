import { manifestOf, type ServingName } from '../../../serving-configs/index.ts';
import { PROTOCOLS, type Accelerator } from '../../../serving-configs/manifest.ts';
import type { Engine } from '../model/measurement.ts';
import type { Plan, PlanPlace } from '../model/plan.ts';
import { PROTOCOL_WORDS } from './protocol-words.ts';

const WORDS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

const ENGINES: Readonly<Record<Engine, string>> = {
  onnx: 'ResNet-50 in ONNX Runtime',
  noop: 'a fixed answer, nothing is computed',
  delay: 'a fixed answer after a known delay, nothing is computed',
};

const engineText = ({ options }: Stated): string =>
  options.delayMs === undefined
    ? ENGINES[options.engine]
    : `a fixed answer after ${options.delayMs} ms, one request at a time, nothing is computed`;

const PLACES: Readonly<Record<PlanPlace['where'], string>> = {
  local: 'on this machine',
  aws: 'on node pairs in AWS',
};

/** What is said of a plan; without a place it is the simulated server on this machine. */
type Stated = Pick<Plan, 'targets' | 'model' | 'options' | 'served'> & Partial<PlanPlace>;

const counted = (count: number, noun: string): string =>
  `${WORDS[count] ?? count} ${noun}${count === 1 ? '' : 's'}`;

const servingsOf = ({ targets }: Stated): readonly ServingName[] => [
  ...new Set(targets.map(({ serving }) => serving)),
];

const titlesOf = (servings: readonly ServingName[]): string =>
  servings.map((serving) => manifestOf(serving).title).join(', ');

/** Over REST alone each serving is one protocol; with others, the protocols are named. */
const protocolsText = (stated: Stated): string => {
  const servings = servingsOf(stated);
  const spoken = PROTOCOLS.filter((one) => stated.targets.some(({ protocol }) => protocol === one));
  if (spoken.join() === 'rest') return counted(servings.length, 'protocol');
  const names = spoken.map((protocol) => PROTOCOL_WORDS[protocol]).join(' and ');
  return `the protocols of ${counted(servings.length, 'serving')} over ${names}`;
};

const ACCELERATOR_WORDS: Readonly<Record<Accelerator, string>> = {
  cpu: 'CPU',
  gpu: 'NVIDIA GPU',
};

const containersPlace = ({ where = 'local', served = {} }: Stated): string => {
  const accelerator = Object.values(served)[0]?.accelerator;
  if (accelerator === undefined) return PLACES[where];
  const word = ACCELERATOR_WORDS[accelerator];
  return where === 'aws' ? `on the ${word} of node pairs in AWS` : `on this machine's ${word}`;
};

/** Servings in their containers, and those whose image only stands for the real one. */
const containersText = (stated: Stated): string => {
  const { served = {} } = stated;
  const servings = servingsOf(stated);
  const { length } = servings;
  const artefact = length === 1 ? 'its artefact' : 'artefacts';
  const standIns = servings.filter((serving) => served[serving]?.real === false);
  const instead =
    standIns.length === 0 ? '' : `; stand-ins for the images of: ${titlesOf(standIns)}`;
  return `${counted(length, 'platform')} in ${length === 1 ? 'its container' : 'their containers'}, with ${artefact} of one set of weights, ${containersPlace(stated)}${instead}`;
};

/** More than these would make the first line a paragraph. */
const NAMED_ENGINES = 2;
const NAMED_PLATFORMS = 4;

const realText = (real: readonly ServingName[]): string => {
  if (real.length === 0) return 'no platform itself';
  return real.length > NAMED_PLATFORMS
    ? `the real platforms of ${counted(real.length, 'serving')} from their packages`
    : `the real platforms from their packages (${titlesOf(real)})`;
};

const enginesText = (engines: readonly string[]): string => {
  const [first = 'not told'] = engines;
  if (engines.length === 1) return `computing with ${first}`;
  return engines.length > NAMED_ENGINES
    ? `computing with ${counted(engines.length, 'engine')}, see the environment`
    : `computing with ${engines.join('; or with ')}`;
};

/** What runs from packages: the platforms, and what stands for those that have none. */
const packagesText = (stated: Stated): string => {
  const { served = {} } = stated;
  const servings = servingsOf(stated);
  const standIns = servings.filter((serving) => served[serving]?.real === false);
  const real = servings.filter((serving) => !standIns.includes(serving));
  const engines = [...new Set(servings.flatMap((serving) => served[serving]?.engine ?? []))];
  const instead = standIns.length === 0 ? '' : `; stand-ins for: ${titlesOf(standIns)}`;
  return `${realText(real)} on this machine's CPU, ${enginesText(engines)}${instead}`;
};

/** The engines `noop` and `delay` are the simulated server's own, whatever the runtime of the plan. */
const comparedIn = (stated: Stated): string => {
  const { options, where = 'local', runtime = 'simulated' } = stated;
  if (options.engine !== 'onnx' || runtime === 'simulated') {
    return `one engine (${engineText(stated)}) behind ${protocolsText(stated)} ${PLACES[where]}, not the platforms themselves`;
  }
  return runtime === 'venv' ? packagesText(stated) : containersText(stated);
};

/** The first line of every output: what was compared and what was not. */
export const statementOf = (plan: Stated): string => {
  const weights = plan.model.trained
    ? 'the weights are trained'
    : 'trained: false, so classes only show that every target computes the same';
  const asSet = plan.options.middleware === undefined ? '' : ' in the study’s configuration';
  return `Compared${asSet}: ${comparedIn(plan)}; ${weights}.`;
};
