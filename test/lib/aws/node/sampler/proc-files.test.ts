import { readFileSync } from 'node:fs';
import os from 'node:os';
import {
  parseCpu,
  parseMemoryUsed,
  parseNetwork,
} from '../../../../../lib/aws/node/sampler/proc-files.ts';

const line = (name: string, rx: number, tx: number): string =>
  `${name}:${rx} 9 0 0 0 0 0 0 ${tx} 8 0 0 0 0 0 0\n`;

describe('CPU time from /proc/stat', () => {
  it('counts waiting for disks as idle, and guests once', () => {
    const stat = 'cpu  100 10 50 800 40 5 15 20 30 3\ncpu0 1 1 1 1 1 1 1 1 1 1\nintr 5\n';

    expect(parseCpu(stat)).toEqual({ total: 1040, idle: 840, steal: 20 });
  });

  it('counts no more than all cores can have used since boot', () => {
    const { total, idle, steal } = parseCpu(readFileSync('/proc/stat', 'utf8'));

    const sinceBoot = os.uptime() * os.cpus().length * 100;
    expect(total).toBeLessThan(sinceBoot * 1.05);
    expect(total).toBeGreaterThan(sinceBoot * 0.5);
    expect(idle + steal).toBeLessThan(total);
  });
});

describe('memory from /proc/meminfo', () => {
  it('excludes what can be freed at once', () => {
    const meminfo = 'MemTotal:  1000 kB\nMemFree:    100 kB\nMemAvailable:  600 kB\n';

    expect(parseMemoryUsed(meminfo)).toBe(400 * 1024);
  });

  it('reads the files of this machine', () => {
    const used = parseMemoryUsed(readFileSync('/proc/meminfo', 'utf8'));

    expect(used).toBeGreaterThan(0);
    expect(used).toBeLessThan(os.totalmem());
  });
});

describe('bytes from /proc/net/dev', () => {
  const head =
    'Inter-|   Receive                            |  Transmit\n' +
    ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs\n';

  it('sums the interfaces of the machine', () => {
    expect(parseNetwork(`${head}${line('  ens5', 1000, 200)}${line('ens6', 30, 4)}`)).toEqual({
      interfaces: ['ens5', 'ens6'],
      net: { rxBytes: 1030, txBytes: 204 },
    });
  });

  it('counts neither loopback nor the same bytes again on their way to a container', () => {
    const text = ['    lo', 'docker0', 'veth12ab34c', 'br-0123456789ab']
      .map((name) => line(name, 1e9, 1e9))
      .join('');

    expect(parseNetwork(`${head}${text}${line('ens5', 7, 5)}`)).toEqual({
      interfaces: ['ens5'],
      net: { rxBytes: 7, txBytes: 5 },
    });
  });
});
