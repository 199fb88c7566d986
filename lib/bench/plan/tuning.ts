import { precisionOf, SINGLE, type GivenSettings } from '../../../serving-configs/settings.ts';
import {
  levelId,
  targetId,
  wireOf,
  type Level,
  type Measurement,
  type Target,
} from '../model/measurement.ts';
import type { Plan, Tuning } from '../model/plan.ts';
import type { PlanOptions } from '../model/plan-options.ts';
import { createRandom, shuffled } from '../stats/random.ts';
import { counterbalanced, KEPT_WARMUP_SHARE } from './build-plan.ts';
import { isTuned } from './resolve-plan-options.ts';

/** The fewest settings of a server that are searched for a rate. */
const SEARCHED = 4;

/** What a server adds to a model in a request, roughly, in ms of CPU time. */
const SERVER_MS = 3;

/** A rate that a server of unknown speed may reach, in requests per second. */
const USUAL_RATE = 100;

/** In a server with one thread that shares its cores with the load generator, a model takes about so many times as long as when it is tried alone. */
const CONTENTION = 1.5;

/**
 * The rate that a server of a model probably reaches, in requests per second, for an estimate of how long a search takes.
 *
 * @param modelMs how long the model takes for an answer, if that is known
 * @param isDelay whether it only waits
 */
export const likelyRate = (modelMs?: number, isDelay = false): number =>
  modelMs === undefined ? USUAL_RATE : 1000 / ((isDelay ? 1 : CONTENTION) * modelMs + SERVER_MS);

/** A round of ladders keeps this share of the settings. */
const KEPT_SHARE = 1 / 3;

/** Settings of each server in the finals, besides its defaults. */
const FINALISTS = 2;

/** The fewest requests in a trial: at p99, eight take longer than the limit. */
const MIN_REQUESTS = 800;

/** A trial lasts at least as long as this many steps of a ladder, because a queue near its limit takes seconds to form. */
const TRIAL_STEPS = 2;

/** The longest window of a trial. */
const MAX_TRIAL_SECONDS = 60;

/** How many of a number of settings remain after each round of ladders, the last time as many as are searched for a rate. */
export const laddersOf = (settings: number): readonly number[] => {
  const kept = Math.max(SEARCHED, Math.floor(settings * KEPT_SHARE));
  return settings <= SEARCHED || kept === SEARCHED ? [SEARCHED] : [kept, ...laddersOf(kept)];
};

/** The search of a plan for settings; undefined unless its profile has one. */
export const tuningOf = (targets: readonly Target[], options: PlanOptions): Tuning | undefined => {
  const [p99Ms] = options.sloP99Ms ?? [];
  if (!isTuned(options) || p99Ms === undefined) return undefined;
  const most = Math.max(0, ...[...settingsOfServers(targets).values()].map(({ length }) => length));
  return { p99Ms, ladders: laddersOf(most), finalists: FINALISTS };
};

/** The targets of each server: those that differ only in their settings. A server of a model in another precision is another one. */
export const settingsOfServers = (
  targets: readonly Target[],
): ReadonlyMap<string, readonly Target[]> => {
  const servers = new Map<string, Target[]>();
  for (const target of targets) {
    const id = `${targetId(wireOf(target))} ${precisionOf(target.settings) ?? ''}`;
    servers.set(id, [...(servers.get(id) ?? []), target]);
  }
  return servers;
};

/** The number of a repeat of a search: the rounds of ladders, then the search for rates, then the finals. */
export const repeatOf = (
  { ladders }: Tuning,
  part: 'ladder' | 'rates' | 'final',
  number: number,
): number =>
  ({ ladder: number, rates: ladders.length + 1, final: ladders.length + 1 + number })[part];

const PREFIX = 'tune/';

/** Whether a measurement is a part of a search for settings. */
export const isTuningMeasurement = ({ id }: Pick<Measurement, 'id'>): boolean =>
  id.startsWith(PREFIX);

/** What the measurements of a search have in common. */
type Searched = Pick<Plan, 'options'>;

const measurementOf = (
  { options }: Searched,
  target: Target,
  repeat: number,
  level: Level,
  seconds: Pick<Measurement, 'warmupSeconds' | 'durationSeconds'>,
): Measurement => {
  const { engine, timeoutMs } = options;
  return {
    id: `${PREFIX}r${repeat}/${targetId(target)}/${engine}/${levelId(level)}`,
    target,
    engine,
    scenario: 'warm',
    level,
    repeat,
    block: 1,
    ...seconds,
    timeoutMs,
  };
};

/** A step of a ladder. */
export const ladderStep = (
  plan: Searched,
  target: Target,
  repeat: number,
  virtualUsers: number,
): Measurement => {
  const { warmupSeconds, durationSeconds } = plan.options;
  const warmupShare = virtualUsers === 1 ? 1 : KEPT_WARMUP_SHARE;
  return measurementOf(
    plan,
    target,
    repeat,
    { loop: 'closed', virtualUsers },
    { warmupSeconds: warmupSeconds * warmupShare, durationSeconds },
  );
};

/** A trial of a rate with random arrivals. Each has the whole warm-up, in which the queue forms. */
export const rateTrial = (
  plan: Searched,
  target: Target,
  repeat: number,
  ratePerSecond: number,
): Measurement => {
  const { warmupSeconds, durationSeconds: stepSeconds } = plan.options;
  const seconds = Math.min(MAX_TRIAL_SECONDS, Math.ceil(MIN_REQUESTS / ratePerSecond));
  return measurementOf(
    plan,
    target,
    repeat,
    { loop: 'open', ratePerSecond, arrivals: 'poisson' },
    { warmupSeconds, durationSeconds: Math.max(TRIAL_STEPS * stepSeconds, seconds) },
  );
};

/** The targets of a search in the order of a repeat: drawn in odd repeats, mirrored in even ones. */
export const orderInRepeat = (
  { options }: Searched,
  targets: readonly Target[],
  repeat: number,
): readonly Target[] => {
  const random = createRandom(options.seed);
  return counterbalanced(repeat, () => shuffled(targets, random)).at(-1) ?? targets;
};

/** The largest number of virtual users on a ladder: more only wait. What the defaults of a product take at once is not known. */
export const mostUsersOn = ({ settings = SINGLE }: Target): number =>
  settings === 'default' ? 32 : 2 * settings.instances * settings.maxBatch;

/** The batches of the usual grid: the largest batch, and how long it waits. */
const BATCHES: readonly Pick<GivenSettings, 'maxBatch' | 'batchDelayMs'>[] = [
  { maxBatch: 1, batchDelayMs: 0 },
  { maxBatch: 4, batchDelayMs: 0 },
  { maxBatch: 8, batchDelayMs: 0 },
  { maxBatch: 8, batchDelayMs: 5 },
];

/** One instance, and as many instances or threads as there are cores. */
const computing = (cores: number): readonly Pick<GivenSettings, 'instances' | 'threads'>[] => {
  const all = [
    { instances: 1, threads: 1 },
    { instances: 1, threads: cores },
    { instances: 2, threads: Math.max(1, Math.floor(cores / 2)) },
    { instances: cores, threads: 1 },
  ];
  return [...new Map(all.map((each) => [JSON.stringify(each), each])).values()];
};

/**
 * The settings that are searched if the user names none.
 *
 * @param cores of the machine that serves
 */
export const usualSettings = (cores: number): readonly GivenSettings[] =>
  computing(cores).flatMap((of) => BATCHES.map((batch) => ({ ...of, ...batch })));
