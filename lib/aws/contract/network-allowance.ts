import { as, dictionary, number } from '../../../serving-configs/schema.ts';

/**
 * What AWS allows the network of an instance type, with the counters of the adapter's driver for packets above it
 * (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-network-performance-ena.html).
 */
export const ALLOWANCE_COUNTERS = {
  'bandwidth-in': 'bw_in_allowance_exceeded',
  'bandwidth-out': 'bw_out_allowance_exceeded',
  packets: 'pps_allowance_exceeded',
  connections: 'conntrack_allowance_exceeded',
  'link-local': 'linklocal_allowance_exceeded',
} as const;

export type NetworkAllowance = keyof typeof ALLOWANCE_COUNTERS;

export const ALLOWANCES = Object.keys(ALLOWANCE_COUNTERS) as readonly NetworkAllowance[];

/** Numbers of packets by the allowance that they exceeded. */
export type PacketsOver = Readonly<Partial<Record<NetworkAllowance, number>>>;

export const packetsOverSchema = as<PacketsOver>(
  dictionary(
    number(),
    'Packets that AWS queued or dropped from the sample before the window to the one after it, by the allowance of the instance type that they exceeded. Allowances that were not exceeded are absent; all of it is if the network adapter does not count them.',
  ),
);

/** Adds up packets by allowance. */
export const addPackets = (all: readonly PacketsOver[]): PacketsOver =>
  Object.fromEntries(
    ALLOWANCES.map(
      (name) => [name, all.reduce((sum, packets) => sum + (packets[name] ?? 0), 0)] as const,
    ).filter(([, packets]) => packets > 0),
  );
