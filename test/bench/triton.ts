/**
 * The rig beside NVIDIA's own, on the real Triton with a backend that answers at once:
 *
 *     npm run bench:triton [-- --quick] [--serving triton_onnx] [--only tools|added|protocols]
 *
 * 1. tools: our load generator and perf_analyzer straight at it, one after the other at each concurrency; what a request costs
 *    each tool, and the server behind each, in CPU time. As all share the cores, that decides who reaches more.
 * 2. added: what the middleware adds to one client's request, beside perf_analyzer's latency without it.
 * 3. protocols: the same tensor over gRPC and over REST through the middleware, and what a request costs each process.
 *
 * Needs `npx serving-compare setup --servings triton_onnx` and g++. All share the cores: compare ratios within one run.
 */
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { manifestOf, type ServingName } from '../../serving-configs/index.ts';
import { compareTools } from './triton/compare-tools.ts';
import { startRig, type Rig } from './triton/rig.ts';
import { addedByMiddleware, protocolsThrough } from './triton/through-middleware.ts';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    serving: { type: 'string', default: 'triton_onnx' },
    only: { type: 'string' },
  },
});
const serving = values.serving as ServingName;
const ADDED_REQUESTS = values.quick ? 300 : 2000;

const parts: Readonly<Record<string, (rig: Rig) => Promise<readonly string[]>>> = {
  tools: compareTools,
  added: (rig) => addedByMiddleware(rig, ADDED_REQUESTS),
  protocols: protocolsThrough,
};

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const rig = await startRig(serving, values.quick ? 1 : 2, values.quick ? 1 : 3);
try {
  const [cpu] = cpus();
  say(
    `${cpus().length} cores (${cpu?.model}), load ${loadavg()[0]?.toFixed(1)}, Node ${process.version}`,
  );
  say(`${manifestOf(serving).title}, the real server, with a backend that answers at once\n`);
  for (const [name, measure] of Object.entries(parts)) {
    if (values.only !== undefined && values.only !== name) continue;
    for (const text of await measure(rig)) say(text);
  }
} finally {
  await rig.stop();
}
