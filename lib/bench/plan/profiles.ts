import { measuredInStudy, platformOf, type ServingName } from '../../../serving-configs/index.ts';
import type { Endpoint, Payload } from '../../../serving-configs/manifest.ts';
import { STUDY_CLIENT_TIMEOUT_MS, studyMiddleware } from '../published/study-rig.ts';
import type { Level } from '../model/measurement.ts';
import type { PlanOptions, ProfileName } from '../model/plan-options.ts';

/** A kind of plan. */
export interface Profile {
  /** One sentence for `--help`. */
  readonly purpose: string;
  /** The payloads of one serving over one protocol. */
  readonly payloadsOf: (endpoint: Endpoint) => readonly Payload[];
  /** What the command line does not give. With bounds of p99 it searches the rates within them. */
  readonly options: Omit<
    PlanOptions,
    'profile' | 'protocols' | 'engine' | 'loadGenerator' | 'faults' | 'seed'
  >;
  /** What differs on AWS. */
  readonly onAws?: Partial<PlanOptions>;
  /** What differs with the real servers on one machine. */
  readonly withRealServers?: Partial<PlanOptions>;
  /** Present if it measures stability: with faults, or with constant load for the whole duration. */
  readonly stability?: 'faults' | 'soak';
}

const closed = (...virtualUsers: readonly number[]): readonly Level[] =>
  virtualUsers.map((users) => ({ loop: 'closed', virtualUsers: users }));

const tensorOnly = (): readonly Payload[] => ['tensor'];

/** The same tensor for all, and the image file too if the serving takes it. */
const tensorAndImage = ({ payloads }: Endpoint): readonly Payload[] =>
  payloads.image === undefined ? ['tensor'] : ['tensor', 'image'];

/** The study sent unresized tensors to servings that take them, and the default payload to the others. */
const asTheStudy = ({ payloads, defaultPayload }: Endpoint): readonly Payload[] => [
  payloads.tensor_fullsize === undefined ? defaultPayload : 'tensor_fullsize',
];

const onePerPlatform = (servings: readonly ServingName[]): readonly ServingName[] =>
  servings.filter(
    (serving, index) =>
      servings.findIndex((one) => platformOf(one) === platformOf(serving)) === index,
  );

const studyLevels = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100] as const;

const published = {
  purpose: 'the servings, levels, times and payloads of the study of 2021',
  payloadsOf: asTheStudy,
  options: {
    servings: measuredInStudy,
    scenarios: ['cold', 'warm'],
    levels: closed(...studyLevels),
    repeats: 5,
    // The study had none: what a cold start costs is in its figures.
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
    purpose: 'one server of each API of the study, the same tensor; three minutes if simulated',
    payloadsOf: tensorOnly,
    options: {
      servings: onePerPlatform(measuredInStudy),
      scenarios: ['warm'],
      levels: closed(1, 4),
      // Many short windows tell more apart than a few long ones: a machine's noise is slower than a window.
      repeats: 8,
      warmupSeconds: 0.5,
      durationSeconds: 1.8,
      timeoutMs: 20_000,
      bypassSeconds: 0,
      noopLimits: 'once',
      levelOrder: 'shuffled',
    },
    // Minutes are the promise on one machine; on AWS the nodes are paid by the hour.
    onAws: { bypassSeconds: 1, noopLimits: 'each' },
    // They differ by more than their protocol, start slowly, and some handle a few requests a second.
    withRealServers: { servings: measuredInStudy, repeats: 5, durationSeconds: 4 },
  },
  published,
  parity: {
    ...published,
    purpose: 'as published, with the middleware set as in the study: what those settings cost',
    options: {
      ...published.options,
      timeoutMs: STUDY_CLIENT_TIMEOUT_MS,
      middleware: studyMiddleware,
    },
  },
  full: {
    purpose:
      'cold and warm, 1 to 100 virtual users, the same tensor to each, and images if supported',
    payloadsOf: tensorAndImage,
    options: {
      servings: measuredInStudy,
      scenarios: ['cold', 'warm'],
      levels: closed(1, 2, 4, 8, ...studyLevels),
      // At the same machine time ten short repeats tell apart what five of a minute do not.
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
    purpose: 'the highest rate of each target, with random arrivals, that keeps p99 within a bound',
    payloadsOf: tensorOnly,
    options: {
      servings: measuredInStudy,
      scenarios: ['warm'],
      // What one user waits, and what a closed loop gets: they tell where to begin.
      levels: closed(1, 8),
      repeats: 3,
      warmupSeconds: 5,
      durationSeconds: 30,
      timeoutMs: 20_000,
      bypassSeconds: 0,
      noopLimits: 'once',
      levelOrder: 'ascending',
      // That of ResNet-50 in the server scenario of MLPerf Inference.
      sloP99Ms: [15],
    },
  },
  stability: {
    purpose:
      'how bad requests, slow clients, bursts and killed or paused processes affect good ones',
    payloadsOf: tensorAndImage,
    options: {
      servings: measuredInStudy,
      scenarios: ['warm'],
      // Good requests come at half of the best rate of these.
      levels: closed(1, 4),
      repeats: 3,
      warmupSeconds: 2,
      // Before the fault, with it, and after it.
      durationSeconds: 3,
      timeoutMs: 5000,
      bypassSeconds: 0,
      noopLimits: 'none',
      levelOrder: 'ascending',
    },
    stability: 'faults',
  },
  soak: {
    purpose: 'whether latency, failures, memory or open files grow under constant load',
    payloadsOf: tensorOnly,
    options: {
      servings: measuredInStudy,
      scenarios: ['warm'],
      levels: closed(1, 4),
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
