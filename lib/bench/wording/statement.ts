import { servingTitle, type ServingName } from '../../../serving-configs/index.ts';
import { PROTOCOLS, type Accelerator } from '../../../serving-configs/manifest.ts';
import type { Engine } from '../model/measurement.ts';
import type { Plan, PlannedModel, PlanHost } from '../model/plan.ts';
import { counted } from './format-number.ts';
import { PROTOCOL_WORDS } from './labels.ts';

const ENGINES: Readonly<Record<Engine, string>> = {
  onnx: 'ONNX Runtime',
  noop: 'the no-op backend',
  delay: 'a backend with a known delay',
};

const engineText = ({ options }: Stated): string =>
  options.delayMs === undefined
    ? ENGINES[options.engine]
    : options.delayPerInputMs === undefined
      ? `a backend that takes ${options.delayMs} ms, one request at a time`
      : `a backend that takes ${options.delayMs} ms for a batch and ${options.delayPerInputMs} ms for each of its inputs`;

const HOST_WORDS: Readonly<Record<PlanHost['where'], string>> = {
  local: 'on this machine',
  aws: 'on node pairs in AWS',
};

/** The part of a plan that the statement tells. Without a host, it is the simulated server on this machine. */
type Stated = Pick<Plan, 'targets' | 'model' | 'options' | 'served'> &
  Partial<PlanHost & Pick<Plan, 'many'>>;

/** Longer lists are only counted, so that the first line stays short. */
const NAMED_ENGINES = 2;
const NAMED_SERVERS = 4;

/** The servings that the run starts itself. */
const startedServings = ({ targets, served = {} }: Stated): readonly ServingName[] =>
  [...new Set(targets.map(({ serving }) => serving))].filter(
    (serving) => served[serving]?.running === undefined,
  );

/** The servers that were already running, with their addresses; empty if there are none. */
const runningText = ({ targets, served = {} }: Stated): string => {
  const addresses = [...new Set(targets.map(({ serving }) => serving))].flatMap((serving) => {
    const { running } = served[serving] ?? {};
    return running === undefined ? [] : [`${serving} at ${running}`];
  });
  if (addresses.length === 0) return '';
  const count = counted(addresses.length, 'running server');
  return addresses.length > NAMED_SERVERS
    ? `${count}, see the environment`
    : `${count}: ${addresses.join('; ')}`;
};

const titlesOf = (servings: readonly ServingName[]): string =>
  servings.map((serving) => servingTitle(serving)).join(', ');

/** The protocols; empty if all targets use REST. */
const protocolsText = ({ targets }: Stated): string => {
  const used = PROTOCOLS.filter((name) => targets.some(({ protocol }) => protocol === name));
  return used.join() === 'rest'
    ? ''
    : ` over ${used.map((protocol) => PROTOCOL_WORDS[protocol]).join(' and ')}`;
};

const simulatedText = (stated: Stated): string =>
  `simulated APIs of ${counted(startedServings(stated).length, 'serving')}${protocolsText(stated)} ${HOST_WORDS[stated.where ?? 'local']}, all answered by ${engineText(stated)}; not the real servers`;

const ACCELERATOR_WORDS: Readonly<Record<Accelerator, string>> = {
  cpu: 'CPU',
  gpu: 'NVIDIA GPU',
};

const containersPlace = ({ where = 'local', served = {} }: Stated): string => {
  const accelerator = Object.values(served)[0]?.accelerator;
  if (accelerator === undefined) return HOST_WORDS[where];
  const word = ACCELERATOR_WORDS[accelerator];
  return where === 'aws' ? `on the ${word} of node pairs in AWS` : `on this machine's ${word}`;
};

/** The servings whose image, base image or server is a stand-in. */
const standInsText = (stated: Stated): string => {
  const { served = {} } = stated;
  const servings = startedServings(stated);
  const kinds = [
    ['images', servings.filter((serving) => served[serving]?.standIn === 'image')],
    ['base images', servings.filter((serving) => served[serving]?.standIn === 'base image')],
    ['servers', servings.filter((serving) => served[serving]?.real === false)],
  ] as const;
  return kinds
    .filter(([, standIns]) => standIns.length > 0)
    .map(([kind, standIns]) => `; stand-ins for the ${kind} of: ${titlesOf(standIns)}`)
    .join('');
};

const containersText = (stated: Stated): string =>
  `${counted(startedServings(stated).length, 'serving')} in containers, all with one model, ${containersPlace(stated)}${standInsText(stated)}`;

const realText = (real: readonly ServingName[]): string => {
  if (real.length === 0) return 'no real server';
  return real.length > NAMED_SERVERS
    ? `the real servers of ${counted(real.length, 'serving')}, from packages`
    : `real servers from packages (${titlesOf(real)})`;
};

const enginesText = (engines: readonly string[]): string => {
  const [first = 'an unknown engine'] = engines;
  if (engines.length === 1) return `computing with ${first}`;
  return engines.length > NAMED_ENGINES
    ? `computing with ${counted(engines.length, 'engine')}, see the environment`
    : `computing with ${engines.join('; or with ')}`;
};

/** Servers from packages, with their engines, and the stand-ins for servings that have none. */
const packagesText = (stated: Stated): string => {
  const { served = {}, targets } = stated;
  const servings = startedServings(stated);
  const standIns = servings.filter((serving) => served[serving]?.real === false);
  const real = servings.filter((serving) => !standIns.includes(serving));
  const engines = [...new Set(servings.flatMap((serving) => served[serving]?.engine ?? []))];
  // The names of the targets have the settings, if there are any.
  const hasSettings = targets.some(({ settings }) => settings !== undefined);
  const each = hasSettings ? '' : ', 1 thread, 1 at a time';
  const instead = standIns.length === 0 ? '' : `; stand-ins for: ${titlesOf(standIns)}`;
  return `${realText(real)} on this machine's CPU, ${enginesText(engines)}${each}${instead}`;
};

/** The engines `noop` and `delay` always run in the simulated server, whatever the runtime. */
const comparedText = (stated: Stated): string => {
  const { options, runtime = 'simulated' } = stated;
  if (options.engine !== 'onnx' || runtime === 'simulated') return simulatedText(stated);
  const running = runningText(stated);
  if (runtime === 'running') return running;
  const started = runtime === 'venv' ? packagesText(stated) : containersText(stated);
  return running === '' ? started : `${started}; and ${running}`;
};

const WEIGHTS: Readonly<Record<PlannedModel['weights'], string>> = {
  trained: '; trained',
  random: '; not trained, so its classes mean nothing',
  given: '',
};

/** Name of the network and its weights; undefined for an engine that computes nothing. */
export const modelTitle = ({
  options,
  model,
}: Pick<Plan, 'options' | 'model'>): string | undefined =>
  options.engine === 'onnx' ? model.title : undefined;

/** The first line of every output: what was compared, and what was not. */
export const statementOf = (plan: Stated): string => {
  const title = modelTitle(plan);
  const configuration =
    plan.options.middleware === undefined ? '' : ' in the study’s configuration';
  const { counts } = plan.many ?? plan.options;
  const copies = counts === undefined ? '' : ` and others like it, ${counts.join(', ')} at once`;
  const model =
    title === undefined ? '' : ` Model: ${title}${copies}${WEIGHTS[plan.model.weights]}.`;
  return `Compared${configuration}: ${comparedText(plan)}.${model}`;
};
