import type { Encoding, Payload } from '../../../serving-configs/manifest.ts';
import type { Path } from '../plan/cell.ts';
import type { Plan } from '../plan/plan.ts';

/** All of the middleware's work first, and then what makes that work less. */
const PAYLOADS: readonly Payload[] = ['tensor', 'image', 'tensor_fullsize'];
const ENCODINGS: readonly Encoding[] = ['raw', 'binary', 'form', 'base64', 'json'];

/** Whether the plan's middleware takes requests of the path one at a time. */
export const isBlocking = ({ options }: Pick<Plan, 'options'>, { serving }: Path): boolean =>
  options?.middleware?.blockingServings.includes(serving) ?? false;

/** Of two paths the one that less stands between a known latency and its measurement, if negative the first. */
const comparePaths = (plan: Pick<Plan, 'options'>, one: Path, other: Path): number =>
  Number(isBlocking(plan, one)) - Number(isBlocking(plan, other)) ||
  PAYLOADS.indexOf(one.payload) - PAYLOADS.indexOf(other.payload) ||
  Number(one.protocol !== 'rest') - Number(other.protocol !== 'rest') ||
  ENCODINGS.indexOf(one.encoding) - ENCODINGS.indexOf(other.encoding);

/** The path of a plan on which a known latency is measured; undefined where it has none at all. */
export const oraclePath = (plan: Pick<Plan, 'options' | 'paths'>): Path | undefined =>
  plan.paths.toSorted((one, other) => comparePaths(plan, one, other))[0];
