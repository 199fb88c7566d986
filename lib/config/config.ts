import type { ServingName } from '../../serving-configs/index.ts';
import type { AwsWeights, ServingRuntime } from '../deployment/node-environment.ts';
import type { SpotMode } from './options.ts';

/** A network that was there before. */
export interface ExistingVpc {
  readonly vpcId: string;
  readonly subnetId: string;
  readonly availabilityZone: string;
}

/** A deployment with nothing left open; what each field means is in `options.ts`. */
export interface Config {
  readonly name: string;
  readonly region: string;
  readonly availabilityZone: string;
  readonly otherAvailabilityZones: readonly string[];
  /** Whether somebody chose the zones; if not, those are taken that offer the instance types. */
  readonly areZonesGiven: boolean;
  readonly pairs: number;
  readonly servingInstanceType: string;
  readonly middlewareInstanceType: string;
  /** Undefined: the newest. */
  readonly servingAmi: string | undefined;
  /** Undefined: the newest. */
  readonly middlewareAmi: string | undefined;
  readonly maxHours: number;
  readonly spot: SpotMode;
  readonly pairOverrides: Readonly<
    Record<string, { readonly availabilityZone?: string; readonly spot?: SpotMode }>
  >;
  readonly vpcCidr: string;
  /** Undefined: an own network. */
  readonly vpc: ExistingVpc | undefined;
  readonly servings: readonly ServingName[];
  readonly runtime: ServingRuntime;
  readonly images: Readonly<Partial<Record<ServingName, string>>>;
  /** Undefined: the registries of the makers. */
  readonly registry: string | undefined;
  readonly weights: AwsWeights;
  /** Target of a folder, absolute where it came from a file; undefined: none. */
  readonly models: string | undefined;
  readonly k6: { readonly version: string; readonly url: string; readonly sha256?: string };
  readonly volumeGiB: { readonly serving: number; readonly middleware: number };
}

/** What holds for one pair. */
export interface PairConfig {
  readonly availabilityZone: string;
  readonly spot: SpotMode;
}

/** Zone and way of buying of a pair; `pair` counts from 1. */
export const pairConfigOf = (config: Config, pair: number): PairConfig => ({
  availabilityZone: config.availabilityZone,
  spot: config.spot,
  ...config.pairOverrides[String(pair)],
});
