import priceList from './prices.json' with { type: 'json' };
import type { DeploymentConfig } from '../config/index.ts';

/** List prices of AWS. No other file holds amounts of money. */
export const prices: {
  /** The day on which they were read, such as `2026-10-08`. */
  readonly date: string;
  readonly region: string;
  readonly source: string;
  readonly instancePerHour: Readonly<Record<string, number>>;
  readonly publicIpv4PerHour: number;
  readonly gp3PerGiBMonth: number;
  readonly hoursPerMonth: number;
} = priceList;

/** Price of a pair in US dollars an hour, on demand. */
export interface PairPrice {
  readonly perHour: number;
  readonly parts: readonly { readonly what: string; readonly perHour: number }[];
}

type Priced = Pick<
  DeploymentConfig,
  | 'region'
  | 'servingInstanceType'
  | 'middlewareInstanceType'
  | 'servingVolumeGiB'
  | 'middlewareVolumeGiB'
>;

/** The prices that the list lacks for these nodes. */
export const unknownPrices = (config: Priced): readonly string[] => {
  if (config.region !== prices.region) return [`prices of ${config.region}`];
  return [...new Set([config.servingInstanceType, config.middlewareInstanceType])].filter(
    (type) => prices.instancePerHour[type] === undefined,
  );
};

/** The price of one pair; undefined if the list lacks any part of it. */
export const pairPrice = (config: Priced): PairPrice | undefined => {
  const serving = prices.instancePerHour[config.servingInstanceType];
  const middleware = prices.instancePerHour[config.middlewareInstanceType];
  if (unknownPrices(config).length > 0 || serving === undefined || middleware === undefined) {
    return undefined;
  }
  const gib = config.servingVolumeGiB + config.middlewareVolumeGiB;
  const parts = [
    { what: config.servingInstanceType, perHour: serving },
    { what: config.middlewareInstanceType, perHour: middleware },
    { what: '2 public IPv4 addresses', perHour: 2 * prices.publicIpv4PerHour },
    { what: `${gib} GiB gp3`, perHour: (gib * prices.gp3PerGiBMonth) / prices.hoursPerMonth },
  ];
  return { perHour: parts.reduce((sum, part) => sum + part.perHour, 0), parts };
};
