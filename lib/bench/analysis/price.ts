import type { Plan } from '../model/plan.ts';
import type { Environment } from '../model/environment.ts';

/** What the machines of a run cost. */
export interface Price {
  readonly usdPerHour: number;
  /** `list`: of `lib/prices.json`, for a whole node pair; `given`: what the user said. */
  readonly kind: 'list' | 'given';
  readonly region?: string;
  /** Day on which list prices were read. */
  readonly date?: string;
  /** Where list prices stand. */
  readonly source?: string;
}

/**
 * The price of a run: what was given for it, else that of its dearest node pair as it stood when the pair measured. Undefined
 * if no price was given and one of the pairs has no list price.
 */
export const priceOf = (
  { settings }: Pick<Plan, 'settings'>,
  { aws }: Pick<Environment, 'aws'>,
): Price | undefined => {
  if (settings.usdPerHour !== undefined) return { usdPerHour: settings.usdPerHour, kind: 'given' };
  // Without the price of one of them, which is the dearest is not known.
  const listed = (aws?.pairs ?? []).map((pair) => ({ ...pair, usd: pair.pricePerHourUsd ?? 0 }));
  const [dearest] = listed.toSorted((a, b) => b.usd - a.usd);
  if (aws === undefined || dearest === undefined || !listed.every(({ usd }) => usd > 0))
    return undefined;
  const { usd: usdPerHour, priceDate: date, priceSource: source } = dearest;
  return {
    usdPerHour,
    kind: 'list',
    region: aws.region,
    ...(date === undefined ? {} : { date }),
    ...(source === undefined ? {} : { source }),
  };
};
