import { addPackets, type NetworkAllowance } from '../../../aws/contract/network-allowance.ts';
import { NODE_ROLES } from '../../../aws/contract/tags.ts';
import type { CompletedMeasurement } from '../../model/record.ts';
import { sum } from '../../stats/moments.ts';
import { counted } from '../../wording/format-number.ts';
import type { CheckResult } from '../summary-row.ts';
import { passedIf, type Check } from './check.ts';

const ALLOWANCE_TEXTS: Readonly<Record<NetworkAllowance, string>> = {
  'bandwidth-in': 'bandwidth in',
  'bandwidth-out': 'bandwidth out',
  packets: 'packets per second',
  connections: 'tracked connections',
  'link-local': 'requests to services such as DNS',
};

/** The packets above the allowances of the nodes. */
type NetworkAllowanceFacts = {
  readonly over?: readonly {
    readonly role: string;
    readonly allowance: NetworkAllowance;
    readonly packets: number;
  }[];
};

/** Whether AWS let every packet of both nodes pass. If not, the figures show what the instance types are allowed, not the serving. */
export const networkAllowanceCheck = (
  measurements: readonly CompletedMeasurement[],
): CheckResult<NetworkAllowanceFacts> => {
  const check = 'network-allowance';
  const known = NODE_ROLES.flatMap((role) => {
    const counts = measurements.flatMap(({ nodes }) => nodes?.[role]?.packetsOver ?? []);
    return counts.length === 0 ? [] : [{ role, packetsOver: addPackets(counts) }];
  });
  const over = known.flatMap(({ role, packetsOver }) =>
    (Object.entries(packetsOver) as [NetworkAllowance, number][]).map(([allowance, packets]) => ({
      role,
      allowance,
      packets,
    })),
  );
  const figure = sum(over.map(({ packets }) => packets));
  if (figure === 0 && known.length < NODE_ROLES.length) return { check, state: 'unknown' };
  return passedIf(figure === 0, { check, figure, limit: 0, facts: { over } });
};

export const networkAllowance: Check<NetworkAllowanceFacts> = {
  name: 'network-allowance',
  title: 'Network allowance',
  asks: 'Did AWS let every packet of both nodes pass?',
  limit: 'no packet above the allowances of the instance types',
  tag: 'network throttled',
  judge: ({ repeats }) => networkAllowanceCheck(repeats),
  finding({ state, facts: { over = [] } = {} }) {
    if (state === 'unknown')
      return 'It is not known whether packets exceeded the allowances: at least one node did not count them.';
    if (over.length === 0) return 'AWS queued or dropped no packet.';
    const parts = over.map(
      ({ role, allowance, packets }) =>
        `${counted(packets, 'packet')} of the ${role} node (${ALLOWANCE_TEXTS[allowance]})`,
    );
    return `AWS queued or dropped ${parts.join(' and ')}: more than the instance type is allowed.`;
  },
  advice: ({ state }) =>
    state === 'failed'
      ? 'The network was the limit, not the serving: use instance types with more of it, fewer virtual users, or a smaller payload.'
      : undefined,
};
