import type { Payload, ServingManifest } from '../../../serving-configs/manifest.ts';
import type { Scenario } from './cell.ts';

/** A named plan, before the servings and the options of the command line are known. */
export interface Profile {
  readonly description: string;
  readonly scenarios: readonly Scenario[];
  readonly virtualUsers: readonly number[];
  readonly repeats: number;
  readonly warmupSeconds: number;
  readonly durationSeconds: number;
  readonly timeoutMs: number;
  /** Ascending as in the study, or shuffled, so that a drift of the machine does not look like an effect of load. */
  readonly levelOrder: 'ascending' | 'shuffled';
  /** How often the null ceiling of each path is measured. */
  readonly ceilings: 'once' | 'each-repeat';
  /** Which payloads of a serving take part. */
  readonly payloadsOf: (manifest: ServingManifest) => readonly Payload[];
}

const takes = (manifest: ServingManifest, payload: Payload): boolean =>
  manifest.payloads[payload] !== undefined;

/** The same tensor for all servings: like for like. */
const tensorOnly = (manifest: ServingManifest): readonly Payload[] =>
  takes(manifest, 'tensor') ? ['tensor'] : [];

/** What the study of 2021 sent: full size where the serving has a payload for it, else the serving's own default. */
const asPublished = (manifest: ServingManifest): readonly Payload[] => [
  takes(manifest, 'tensor_fullsize') ? 'tensor_fullsize' : manifest.defaultPayload,
];

const tensorAndImage = (manifest: ServingManifest): readonly Payload[] =>
  (['tensor', 'image'] as const).filter((payload) => takes(manifest, payload));

const tens = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100];

export const profiles = {
  quick: {
    description: 'the whole chain in a few minutes, the same tensor for all servings',
    scenarios: ['cold', 'warm'],
    virtualUsers: [1, 4, 10],
    repeats: 2,
    warmupSeconds: 0.4,
    durationSeconds: 2,
    timeoutMs: 60_000,
    levelOrder: 'shuffled',
    ceilings: 'once',
    payloadsOf: tensorOnly,
  },
  published: {
    description: 'the study of 2021: 10 to 100 virtual users, 60 s, 5 repeats, its payloads',
    scenarios: ['cold', 'warm'],
    virtualUsers: tens,
    repeats: 5,
    // The study had none: its cold runs count from the first request on.
    warmupSeconds: 0,
    durationSeconds: 60,
    timeoutMs: 60_000,
    levelOrder: 'ascending',
    ceilings: 'each-repeat',
    payloadsOf: asPublished,
  },
  fair: {
    description: 'as published, from 1 virtual user on, the same payloads for all, with warm-up',
    scenarios: ['cold', 'warm'],
    virtualUsers: [1, 2, 4, 8, ...tens],
    repeats: 5,
    warmupSeconds: 5,
    durationSeconds: 60,
    timeoutMs: 60_000,
    levelOrder: 'shuffled',
    ceilings: 'each-repeat',
    payloadsOf: tensorAndImage,
  },
} as const satisfies Record<string, Profile>;

export type ProfileName = keyof typeof profiles;

export const profileNames = Object.keys(profiles) as readonly ProfileName[];

export const isProfileName = (name: string): name is ProfileName => Object.hasOwn(profiles, name);
