/** Writes a sample of this node every second until it is stopped. Runs as a systemd unit on both nodes. */
import { appendFile, readFile } from 'node:fs/promises';
import { nodePaths } from '../../contract/node-paths.ts';
import { readCpuState } from '../system/machine.ts';
import { watchGpu } from './gpu-watch.ts';
import { parseCpu, parseMemoryUsed, parseNetwork } from './proc-files.ts';
import { readPacketsOver } from './packets-over.ts';
import type { NodeSample } from './sample.ts';

const PERIOD_MS = 1000;

const gpu = watchGpu();

const takeSample = async (): Promise<NodeSample> => {
  const [cpuState, stat, meminfo, dev] = await Promise.all([
    readCpuState(),
    readFile('/proc/stat', 'utf8'),
    readFile('/proc/meminfo', 'utf8'),
    readFile('/proc/net/dev', 'utf8'),
  ]);
  const t = Date.now();
  const { interfaces, net } = parseNetwork(dev);
  return {
    t,
    cpu: parseCpu(stat),
    cpuState,
    memoryUsedBytes: parseMemoryUsed(meminfo),
    net,
    packetsOver: await readPacketsOver(interfaces),
    gpu: gpu.latest(t),
  };
};

const stop = (): void => {
  gpu.stop();
  process.exit(0);
};
process.once('SIGTERM', stop);
process.once('SIGINT', stop);

for (;;) {
  await appendFile(nodePaths.samples, `${JSON.stringify(await takeSample())}\n`);
  // At whole seconds, so that both nodes take their samples at the same time.
  await new Promise((resolve) => setTimeout(resolve, PERIOD_MS - (Date.now() % PERIOD_MS)));
}
