import type { Plan } from '../plan/plan.ts';
import type { Environment } from '../results/environment.ts';

/** What the machines of a run cost. */
export interface Price {
  readonly usdPerHour: number;
  /** `list`: of `lib/prices.json`, for a whole node pair; `given`: what the user said. */
  readonly kind: 'list' | 'given';
  readonly region?: string;
  /** Day on which list prices were read; absent in records that do not tell it. */
  readonly date?: string;
  /** Where list prices stand. */
  readonly source?: string;
}

/**
 * The price of a run: what was given for it, else that of its dearest node pair as it stood when the pair measured. Undefined
 * on a machine whose price nobody gave.
 */
export const priceOf = (
  { settings }: Pick<Plan, 'settings'>,
  { aws }: Pick<Environment, 'aws'>,
): Price | undefined => {
  if (settings?.usdPerHour !== undefined) return { usdPerHour: settings.usdPerHour, kind: 'given' };
  const [dearest] = (aws?.pairs ?? []).toSorted((a, b) => b.pricePerHourUsd - a.pricePerHourUsd);
  if (aws === undefined || dearest === undefined || !(dearest.pricePerHourUsd > 0))
    return undefined;
  const { pricePerHourUsd: usdPerHour, priceDate: date, priceSource: source } = dearest;
  return {
    usdPerHour,
    kind: 'list',
    region: aws.region,
    ...(date === undefined ? {} : { date }),
    ...(source === undefined ? {} : { source }),
  };
};
