import { randomBytes, randomInt } from 'node:crypto';
import { runProgram } from './programs.ts';

const TRIES = 50;
const TABLES = ['nat', 'filter'] as const;

/** A network bridge for the containers of one daemon. */
export interface Bridge {
  readonly name: string;
  /** Removes the bridge and all firewall rules for it. */
  readonly remove: () => Promise<void>;
}

const removeRules = async (table: (typeof TABLES)[number], pattern: RegExp): Promise<void> => {
  const rules = await runProgram('iptables', '--wait', '--table', table, '--list-rules');
  for (const rule of rules.split('\n')) {
    const [verb, ...rest] = rule.split(' ');
    if (verb !== '-A' || !pattern.test(rule)) continue;
    await runProgram('iptables', '--wait', '--table', table, '--delete', ...rest);
  }
};

const addRule = (table: (typeof TABLES)[number], ...rule: string[]): Promise<string> =>
  runProgram('iptables', '--wait', '--table', table, '--append', ...rule);

/** The first three numbers of a network that this machine does not use. */
const chooseNetwork = async (): Promise<string> => {
  const addresses = await runProgram('ip', '-4', '-oneline', 'address');
  for (let tries = 0; tries < TRIES; tries += 1) {
    const network = `10.${randomInt(200, 250)}.${randomInt(0, 256)}`;
    if (!addresses.includes(` ${network}.`)) return network;
  }
  throw new Error('no network between 10.200.0.0 and 10.249.255.0 is free on this machine');
};

/**
 * Creates a bridge. Two daemons that share the default bridge, docker0, would give the same addresses to different containers.
 *
 * @param reachesOut - Whether to add firewall rules that let containers reach other networks; a daemon that may change the firewall
 * adds them itself.
 */
export const createBridge = async ({ reachesOut = false } = {}): Promise<Bridge> => {
  const name = `sc-${randomBytes(4).toString('hex')}`;
  const network = await chooseNetwork();
  await runProgram('ip', 'link', 'add', 'name', name, 'type', 'bridge');
  await runProgram('ip', 'address', 'add', `${network}.1/24`, 'dev', name);
  await runProgram('ip', 'link', 'set', name, 'up');
  if (reachesOut) {
    const [source, masquerade] = [`${network}.0/24`, 'MASQUERADE'];
    await addRule('nat', 'POSTROUTING', '-s', source, '!', '-o', name, '-j', masquerade);
    await addRule('filter', 'FORWARD', '-i', name, '-j', 'ACCEPT');
    await addRule('filter', 'FORWARD', '-o', name, '-j', 'ACCEPT');
  }
  return {
    name,
    remove: async () => {
      const pattern = new RegExp(`\\b(${name}|${network.replaceAll('.', '\\.')}\\.\\d+)\\b`);
      for (const table of TABLES) await removeRules(table, pattern);
      await runProgram('ip', 'link', 'delete', name);
    },
  };
};
