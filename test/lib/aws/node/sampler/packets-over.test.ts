import { writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  parsePacketsOver,
  readPacketsOver,
} from '../../../../../lib/aws/node/sampler/packets-over.ts';
import { newFolder } from '../../../../support/temporary-folder.ts';

/** Some of the lines of an adapter of AWS. */
const statistics = (over: number): string => `NIC statistics:
     tx_timeout: 0
     bw_in_allowance_exceeded: ${over}
     bw_out_allowance_exceeded: 0
     pps_allowance_exceeded: 20
     conntrack_allowance_exceeded: 0
     linklocal_allowance_exceeded: 7
     conntrack_allowance_available: 136812
     queue_0_tx_cnt: 4821
`;

describe('packets above the allowances of an instance', () => {
  it('are counted by the driver of its network adapter', () => {
    expect(parsePacketsOver(statistics(1))).toEqual({
      'bandwidth-in': 1,
      packets: 20,
      'link-local': 7,
    });
  });

  it('are not known of another adapter, and none is not the same as not known', () => {
    expect(parsePacketsOver('NIC statistics:\n     peer_ifindex: 4\n')).toBeUndefined();
    expect(parsePacketsOver(statistics(0).replaceAll(/: [1-9]\d*$/gm, ': 0'))).toEqual({});
  });

  it('are added up over interfaces, and not known without the program', async () => {
    const program = path.join(newFolder(), 'ethtool');
    writeFileSync(program, `#!/bin/sh\necho '${statistics(3)}'\n`, { mode: 0o755 });

    expect(await readPacketsOver(['ens5', 'ens6'], program, 60_000)).toEqual({
      'bandwidth-in': 6,
      packets: 40,
      'link-local': 14,
    });
    expect(await readPacketsOver(['ens5'], 'no-such-program')).toBeUndefined();
    expect(await readPacketsOver([], program)).toBeUndefined();
  });
});
