import type { ServingName } from '../../../serving-configs/index.ts';
import type { ValuesOf } from '../../../serving-configs/options/command.ts';
import type { options } from './options.ts';

/** The value of every option: as given, or its default. */
export type GivenOptions = ValuesOf<typeof options>;

/** The configuration of a deployment. `options.ts` describes the fields; those declared here have a value even if their option is absent. */
export interface DeploymentConfig extends Omit<
  GivenOptions,
  'availabilityZone' | 'servings' | 'k6Url' | 'servingVolumeGiB'
> {
  readonly availabilityZone: string;
  readonly servings: readonly ServingName[];
  readonly k6Url: string;
  readonly servingVolumeGiB: number;
  /** Whether the user chose the zones. If not, all zones that offer the instance types may be used. */
  readonly areZonesGiven: boolean;
}

/** The zone of a pair; `pair` counts from 1. */
export const zoneOf = (
  { availabilityZone, pairZones }: Pick<DeploymentConfig, 'availabilityZone' | 'pairZones'>,
  pair: number,
): string => pairZones[String(pair)] ?? availabilityZone;

/** The numbers of all pairs. */
export const pairNumbers = ({ pairs }: Pick<DeploymentConfig, 'pairs'>): readonly number[] =>
  Array.from({ length: pairs }, (_, index) => index + 1);

/** Thrown for a configuration that cannot be used. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  /** Everything that is wrong with it, one sentence each. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
    super(
      [`the configuration has ${count}:`, ...problems.map((problem) => `  ${problem}`)].join('\n'),
    );
    this.problems = problems;
  }
}
