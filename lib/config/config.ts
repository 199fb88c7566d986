import type { ServingName } from '../../serving-configs/index.ts';
import type { ValuesOf } from '../../serving-configs/options/command.ts';
import type { options } from './options.ts';

/** What every option was given or has by default. */
export type GivenOptions = ValuesOf<typeof options>;

/** A deployment; what each field means is in `options.ts`. Those here follow from others where nobody gives them. */
export interface Config extends Omit<
  GivenOptions,
  'availabilityZone' | 'servings' | 'k6Url' | 'servingVolumeGiB'
> {
  readonly availabilityZone: string;
  readonly servings: readonly ServingName[];
  readonly k6Url: string;
  readonly servingVolumeGiB: number;
  /** Whether somebody chose the zones; if not, those are taken that offer the instance types. */
  readonly areZonesGiven: boolean;
}

/** The zone of a pair; `pair` counts from 1. */
export const zoneOf = (
  { availabilityZone, pairZones }: Pick<Config, 'availabilityZone' | 'pairZones'>,
  pair: number,
): string => pairZones[String(pair)] ?? availabilityZone;

/** The numbers of all pairs. */
export const pairNumbers = ({ pairs }: Pick<Config, 'pairs'>): readonly number[] =>
  Array.from({ length: pairs }, (_, index) => index + 1);

/** The configuration cannot be used; {@link problems} says everything that is wrong with it, a sentence each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
    super(
      [`the configuration has ${count}:`, ...problems.map((problem) => `  ${problem}`)].join('\n'),
    );
    this.problems = problems;
  }
}
