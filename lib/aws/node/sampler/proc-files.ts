import type { NodeSample } from './sample.ts';

/**
 * Parses the CPU time of all cores from the first line of /proc/stat, see proc(5): user, nice, system, idle, iowait, irq,
 * softirq, steal, guest, guest_nice. The time of guests is part of user. Time spent waiting for disks counts as idle, since the
 * core could compute.
 */
export const parseCpu = (stat: string): NodeSample['cpu'] => {
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] =
    stat.slice(0, stat.indexOf('\n')).split(/\s+/).slice(1).map(Number);
  return {
    total: user + nice + system + idle + iowait + irq + softirq + steal,
    idle: idle + iowait,
    steal,
  };
};

/** Parses the memory that is neither free nor can be freed at once from /proc/meminfo. */
export const parseMemoryUsed = (meminfo: string): number => {
  const kibibytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(meminfo)?.[1] ?? 0);
  return (kibibytes('MemTotal') - kibibytes('MemAvailable')) * 1024;
};

/** Loopback, and the interfaces of container engines, whose bytes also pass the machine's own interface. */
const VIRTUAL_INTERFACE = /^(lo|docker\d+|br-.+|veth.+)$/;

/** The machine's own interfaces, and the sum of their bytes. */
interface OwnNetwork {
  readonly interfaces: readonly string[];
  readonly net: NodeSample['net'];
}

/** Parses the machine's own interfaces from /proc/net/dev. */
export const parseNetwork = (dev: string): OwnNetwork => {
  const interfaces: string[] = [];
  let rxBytes = 0;
  let txBytes = 0;
  for (const line of dev.split('\n').slice(2)) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trim();
    if (colon < 0 || VIRTUAL_INTERFACE.test(name)) continue;
    interfaces.push(name);
    const fields = line
      .slice(colon + 1)
      .trim()
      .split(/\s+/);
    rxBytes += Number(fields[0]);
    txBytes += Number(fields[8]);
  }
  return { interfaces, net: { rxBytes, txBytes } };
};
