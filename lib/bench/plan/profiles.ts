import {
  chosenToday,
  measuredInStudy,
  platformOf,
  servingFactsOf,
  servingNames,
  type ServingName,
} from '../../../serving-configs/index.ts';
import type { Endpoint, Payload } from '../../../serving-configs/manifest.ts';
import { STUDY_CLIENT_TIMEOUT_MS, studyMiddleware } from '../published/study-rig.ts';
import type { Level } from '../model/measurement.ts';
import type { PlanOptions, ProfileName } from '../model/plan-options.ts';

/** A plan of which everything is decided before it runs. */
const FIXED = { ends: 'with-repeats', order: 'one-at-a-time', windows: 'given' } as const;

/** A plan that decides itself how long it measures, and lets servers take turns in short windows. */
const ADAPTIVE = { ends: 'when-decided', order: 'side-by-side', windows: 'chosen' } as const;

/** For what cannot take turns: servers that start before each window, and k6, which does. */
const QUICK_FIXED = { ...FIXED, repeats: 8, durationSeconds: 1.8 } as const;

/** How long simulated servers wait in a search for settings, like an accelerator for which batches pay. */
export const SIMULATED_BATCHES = { engine: 'delay', delayMs: 2, delayPerInputMs: 2.5 } as const;

/** A named set of plan options. */
export interface Profile {
  /** One clause for `--help`. */
  readonly purpose: string;
  /** The payloads for a serving over a protocol. */
  readonly payloadsOf: (endpoint: Endpoint) => readonly Payload[];
  /** Defaults for options that are not given. A profile with p99 limits (`sloP99Ms`) searches the rates within them. */
  readonly options: Omit<
    PlanOptions,
    'profile' | 'protocols' | 'engine' | 'loadGenerator' | 'faults' | 'seed'
  >;
  /** Other values on AWS. */
  readonly onAws?: Partial<PlanOptions>;
  /** Other values with the scenario cold, and if k6 sends the load. */
  readonly withStarts?: Partial<PlanOptions>;
  /** Other values with simulated servers. */
  readonly withSimulated?: Partial<PlanOptions>;
  /** Other values with real servers on this machine. */
  readonly withRealServers?: Partial<PlanOptions>;
  /** Present if the profile measures stability, with faults or under constant load. */
  readonly stability?: 'faults' | 'soak';
  /** Whether the profile searches for the best settings of each server within the p99 limit. */
  readonly tunes?: true;
  /** Whether the profile measures how a server holds many models. */
  readonly isMany?: true;
}

const closed = (...virtualUsers: readonly number[]): readonly Level[] =>
  virtualUsers.map((users) => ({ loop: 'closed', virtualUsers: users }));

const tensorOnly = (): readonly Payload[] => ['tensor'];

/** The same tensor for all servings, and image files for those that accept them. */
const tensorAndImage = ({ payloads }: Endpoint): readonly Payload[] =>
  payloads.image === undefined ? ['tensor'] : ['tensor', 'image'];

/** The study sent full-size tensors to servings that accept them, and the default payload to the others. */
const asInTheStudy = ({ payloads, defaultPayload }: Endpoint): readonly Payload[] => [
  payloads.tensor_fullsize === undefined ? defaultPayload : 'tensor_fullsize',
];

const onePerPlatform = (servings: readonly ServingName[]): readonly ServingName[] =>
  servings.filter(
    (serving, index) =>
      servings.findIndex((other) => platformOf(other) === platformOf(serving)) === index,
  );

const studyLevels = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100] as const;

const replicate2021 = {
  purpose: 'the servings, levels, times and payloads of the study of 2021',
  payloadsOf: asInTheStudy,
  options: {
    servings: measuredInStudy,
    scenarios: ['cold', 'warm'],
    levels: closed(...studyLevels),
    ...FIXED,
    repeats: 5,
    // The study had none, so its figures include cold starts.
    warmupSeconds: 0,
    durationSeconds: 60,
    timeoutMs: 60_000,
    bypassSeconds: 5,
    noopLimits: 'each',
    levelOrder: 'ascending',
  },
} as const satisfies Profile;

export const profiles = {
  quick: {
    purpose: 'three simulated or four real servers (--runtime), until the run has an answer',
    payloadsOf: tensorOnly,
    options: {
      servings: onePerPlatform(measuredInStudy),
      scenarios: ['warm'],
      levels: closed(1, 4),
      ...ADAPTIVE,
      repeats: 40,
      warmupSeconds: 0.5,
      // The noise of a machine is slower than that: in neighbouring windows, it is nearly the same for all servers.
      durationSeconds: 0.7,
      timeoutMs: 20_000,
      bypassSeconds: 0,
      noopLimits: 'once',
      levelOrder: 'shuffled',
    },
    // On one machine, the profile promises to take minutes; on AWS, nodes are paid by the hour.
    withStarts: QUICK_FIXED,
    onAws: { ...QUICK_FIXED, bypassSeconds: 1, noopLimits: 'each' },
    // Real servers differ by more than their protocol.
    withRealServers: { servings: measuredInStudy },
  },
  'replicate-2021': replicate2021,
  'study-rig': {
    ...replicate2021,
    purpose: 'replicate-2021 with the middleware settings of the study, to show what those cost',
    options: {
      ...replicate2021.options,
      timeoutMs: STUDY_CLIENT_TIMEOUT_MS,
      middleware: studyMiddleware,
    },
  },
  full: {
    purpose: 'cold and warm, 1 to 100 virtual users, the same tensor, and images if supported',
    payloadsOf: tensorAndImage,
    options: {
      servings: measuredInStudy,
      scenarios: ['cold', 'warm'],
      levels: closed(1, 2, 4, 8, ...studyLevels),
      ...FIXED,
      // In the same total time, ten short repeats detect smaller differences than five of a minute.
      repeats: 10,
      warmupSeconds: 5,
      durationSeconds: 20,
      timeoutMs: 60_000,
      bypassSeconds: 3,
      noopLimits: 'each',
      levelOrder: 'shuffled',
    },
  },
  slo: {
    purpose: 'the highest rate that keeps p99 within a limit, for each target; random arrivals',
    payloadsOf: tensorOnly,
    options: {
      servings: measuredInStudy,
      scenarios: ['warm'],
      // The latency of one user and the rate of a closed loop give the starting rate of the search.
      levels: closed(1, 8),
      ...FIXED,
      repeats: 3,
      warmupSeconds: 5,
      durationSeconds: 30,
      timeoutMs: 20_000,
      bypassSeconds: 0,
      noopLimits: 'once',
      levelOrder: 'ascending',
      // The limit for ResNet-50 in the server scenario of MLPerf Inference.
      sloP99Ms: [15],
    },
  },
  tune: {
    purpose: 'the best instances, threads and batches of each server within a p99 limit',
    payloadsOf: tensorOnly,
    options: {
      servings: chosenToday,
      scenarios: ['warm'],
      levels: [],
      ...FIXED,
      // Of the finals.
      repeats: 5,
      warmupSeconds: 1,
      durationSeconds: 2,
      timeoutMs: 20_000,
      bypassSeconds: 0,
      noopLimits: 'once',
      levelOrder: 'ascending',
      sloP99Ms: [100],
    },
    tunes: true,
    // To try it in minutes.
    withSimulated: {
      // Tensors would cost the rig more than the servers gain.
      servings: onePerPlatform(servingNames)
        .filter((serving) => servingFactsOf(serving).rest.payloads.image?.[0] === 'raw')
        .slice(0, 2),
      payloads: ['image'],
      repeats: 3,
      warmupSeconds: 0.5,
      durationSeconds: 1,
    },
  },
  many: {
    purpose: 'what many models on one server cost, and what loading one does',
    payloadsOf: tensorOnly,
    options: {
      servings: servingNames,
      scenarios: ['warm'],
      levels: [],
      ...FIXED,
      repeats: 1,
      warmupSeconds: 0.3,
      durationSeconds: 2,
      timeoutMs: 5000,
      bypassSeconds: 0,
      noopLimits: 'none',
      levelOrder: 'ascending',
      counts: [1, 10, 50],
    },
    isMany: true,
  },
  stability: {
    purpose: 'how bad requests, slow clients, bursts and killed servers affect good requests',
    payloadsOf: tensorAndImage,
    options: {
      servings: measuredInStudy,
      scenarios: ['warm'],
      // The rate of good requests is half of the best rate of these levels.
      levels: closed(1, 4),
      ...FIXED,
      repeats: 3,
      warmupSeconds: 2,
      // The length of each part: before the fault, with it, and after it.
      durationSeconds: 3,
      timeoutMs: 5000,
      bypassSeconds: 0,
      noopLimits: 'none',
      levelOrder: 'ascending',
    },
    stability: 'faults',
  },
  soak: {
    purpose: 'whether response times, failures, memory or open files grow under constant load',
    payloadsOf: tensorOnly,
    options: {
      servings: measuredInStudy,
      scenarios: ['warm'],
      levels: closed(1, 4),
      ...FIXED,
      repeats: 1,
      warmupSeconds: 5,
      durationSeconds: 1800,
      timeoutMs: 20_000,
      bypassSeconds: 0,
      noopLimits: 'none',
      levelOrder: 'ascending',
    },
    stability: 'soak',
  },
} as const satisfies Record<ProfileName, Profile>;
