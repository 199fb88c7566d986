import { basename } from 'node:path';
import { manifestOf, type ServingName } from '../../../serving-configs/index.ts';
import { PROTOCOLS, type Accelerator } from '../../../serving-configs/manifest.ts';
import type { Engine } from '../model/measurement.ts';
import type { Plan, PlanPlace } from '../model/plan.ts';
import { PROTOCOL_WORDS } from './labels.ts';

const WORDS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

const ENGINES: Readonly<Record<Engine, string>> = {
  onnx: 'ONNX Runtime',
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
type Stated = Pick<Plan, 'targets' | 'model' | 'options' | 'settings' | 'served'> &
  Partial<PlanPlace>;

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

/** What of the containers is not what they are called by: images, what these were built on, and servers. */
const standInsText = (stated: Stated): string => {
  const { served = {} } = stated;
  const servings = servingsOf(stated);
  const kinds = [
    ['images', servings.filter((serving) => served[serving]?.standIn === 'image')],
    ['base images', servings.filter((serving) => served[serving]?.standIn === 'base image')],
    ['servers', servings.filter((serving) => served[serving]?.real === false)],
  ] as const;
  return kinds
    .filter(([, some]) => some.length > 0)
    .map(([kind, some]) => `; stand-ins for the ${kind} of: ${titlesOf(some)}`)
    .join('');
};

/** Servings in their containers. */
const containersText = (stated: Stated): string => {
  const { length } = servingsOf(stated);
  const artefact = length === 1 ? 'its artefact' : 'artefacts';
  return `${counted(length, 'platform')} in ${length === 1 ? 'its container' : 'their containers'}, with ${artefact} of one model, ${containersPlace(stated)}${standInsText(stated)}`;
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

/** The network and its weights, by name; undefined for an engine that computes nothing. */
export const modelTitle = ({
  options,
  settings,
  model,
}: Pick<Plan, 'options' | 'settings' | 'model'>): string | undefined => {
  if (options.engine !== 'onnx') return undefined;
  return (
    settings.modelTitle ?? (model.trained ? basename(model.file) : 'ResNet-50 with random weights')
  );
};

/** The first line of every output: what was compared and what was not. */
export const statementOf = (plan: Stated): string => {
  const title = modelTitle(plan);
  const weights = [
    ...(title === undefined ? [] : [`the model is ${title}`]),
    plan.model.trained
      ? 'the weights are trained'
      : 'trained: false, so classes only show that every target computes the same',
  ].join('; ');
  const asSet = plan.options.middleware === undefined ? '' : ' in the study’s configuration';
  return `Compared${asSet}: ${comparedIn(plan)}; ${weights}.`;
};
