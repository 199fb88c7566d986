import {
  platformOf,
  platforms,
  servingNames,
  type ServingName,
} from '../../../serving-configs/index.ts';
import {
  choice,
  milliseconds,
  percent,
  perSecond,
  usd,
  type Kind,
} from '../../../serving-configs/options/kinds.ts';
import { suggest } from '../../../serving-configs/options/suggest.ts';
import { UsageError } from '../../../serving-configs/options/usage-error.ts';
import { metricNames, METRICS, type Condition, type Metric } from '../model/condition.ts';
import type { Target } from '../model/measurement.ts';
import type { RunSettings } from '../model/plan.ts';
import { servingKind } from '../plan/command-line.ts';
import { usageError } from './command.ts';

const DAY_MS = 86_400_000;
const latency = milliseconds(0, DAY_MS);

const BOUNDS: Readonly<Record<Metric, Kind<number>>> = {
  p50: latency,
  p95: latency,
  p99: latency,
  rate: perSecond(0, 1_000_000),
  failed: percent(0, 100),
  cost: usd(0, 1_000_000),
};

const metricKind = choice('metric', metricNames);

const expected =
  'a condition such as p95>100ms, rate<50/s, failed>1%, cost>2USD or SERVING:p99>50ms';

/** Reads the servings before the colon: one serving, or a platform, which means all of its servings. */
const readScope = (scope: string): readonly ServingName[] => {
  const platform = Object.keys(platforms).find((name) => name === scope.toLowerCase());
  if (platform !== undefined) {
    return servingNames.filter((serving) => platformOf(serving) === platform);
  }
  try {
    return [servingKind.read(scope)];
  } catch (error) {
    const knownNames = [...servingNames, ...Object.keys(platforms)];
    // It may be a running server, which only the run knows. A name close to one of ours is a typing error.
    if (suggest(scope, knownNames) !== undefined || !/^[a-z][a-z0-9_-]*$/.test(scope)) throw error;
    return [scope as ServingName];
  }
};

const read = (text: string): Condition => {
  const [, scope, name = '', sign, boundText = ''] =
    /^(?:([^:<>]+):)?([^:<>]+)([<>])([^:<>]+)$/.exec(text.replaceAll(/\s/g, '')) ?? [];
  if (sign === undefined) throw new UsageError(`"${text}" is not a condition`, `give ${expected}`);
  const servings = scope === undefined ? undefined : readScope(scope);
  const metric = metricKind.read(name);
  const bound = BOUNDS[metric].read(boundText);
  const badSign = METRICS[metric] === 'above' ? '>' : '<';
  if (sign !== badSign) {
    throw new UsageError(
      `"${text}" would fail good results: a condition names when to fail`,
      `write ${scope === undefined ? '' : `${scope}:`}${metric}${badSign}${boundText}`,
    );
  }
  return { text: text.trim(), metric, bound, boundText, servings };
};

/** A condition of `--fail-if`. */
export const conditionKind: Kind<Condition> = {
  placeholder: 'CONDITION',
  expected,
  read,
  write: ({ text }) => text,
  wrong: (value) => [{ keyPath: '', value }],
};

/** @throws BenchError if a condition is about a serving that the run does not measure, or about an unknown price. */
export const assertConditionsApply = (
  conditions: readonly Condition[] = [],
  targets: readonly Target[],
  { usdPerHour }: RunSettings,
): void => {
  const measured = [...new Set(targets.map(({ serving }) => serving))];
  for (const { text, metric, servings } of conditions) {
    if (servings?.some((serving) => measured.includes(serving)) === false) {
      throw usageError(
        `--fail-if ${text}: the run has no such serving`,
        `give one of ${measured.join(', ')}`,
      );
    }
    if (metric === 'cost' && usdPerHour === undefined) {
      throw usageError(
        `--fail-if ${text}: no price is known`,
        'give the price of this machine, such as --price-per-hour 0.5USD',
      );
    }
  }
};
