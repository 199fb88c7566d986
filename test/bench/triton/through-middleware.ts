import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { medianOf } from '../../../lib/bench/analysis/over-repeats.ts';
import { inferUrl } from '../../../lib/bench/run/infer.ts';
import { PROTOCOLS, type Protocol } from '../../../serving-configs/manifest.ts';
import { addedLatency } from '../middleware/added-latency.ts';
import { cpuMsOf } from '../middleware/processes.ts';
import { textTable } from '../middleware/text-table.ts';
import { targetOver, IMAGE, withMiddleware, type Rig } from './rig.ts';
import { sendLoad, theirs } from './tools.ts';

const CLIENTS = 16;
const PROCESSES = [...new Set([1, availableParallelism()])];

/** What the middleware adds to one client's request, beside perf_analyzer's latency without it; as texts to print. */
export const addedByMiddleware = async (rig: Rig, requests: number): Promise<readonly string[]> => {
  const body = await readFile(IMAGE);
  const rows: (readonly string[])[] = [];
  for (const processes of PROCESSES) {
    for (const protocol of PROTOCOLS) {
      const added = await withMiddleware(rig, processes, ({ url }) =>
        addedLatency(inferUrl(url, targetOver(rig, protocol)), 'image/jpeg', body, requests),
      );
      const direct = await theirs(rig, protocol, 1);
      const times = [added.p50Ms, added.p99Ms, direct.p50Ms, direct.p99Ms];
      rows.push([protocol, String(processes), ...times.map((ms) => ms.toFixed(2))]);
    }
  }
  const head = ['protocol', 'processes', 'added p50 ms', 'added p99 ms'];
  return [
    textTable([...head, 'server p50 ms', 'server p99 ms'], rows),
    '(one client; added = its latency less decoding and the wait for the server; server = perf_analyzer without us)\n',
  ];
};

interface Through {
  readonly ratePerSecond: number;
  readonly middlewareMs: number;
  readonly serverMs: number;
  readonly loadMs: number;
}

const measureThrough = (rig: Rig, protocol: Protocol, processes: number): Promise<Through> =>
  withMiddleware(rig, processes, async ({ url, child }) => {
    const sending = {
      url: inferUrl(url, targetOver(rig, protocol)),
      protocol: 'rest',
      images: [IMAGE],
    } as const;
    // Until Node's compilers have done with the code, a request costs several times what it costs later.
    await sendLoad(rig, sending, CLIENTS);
    const pid = child.process.pid ?? 0;
    const before = { middleware: cpuMsOf(pid), server: cpuMsOf(rig.pid) };
    const { count } = await rig.counters();
    const { requestRatePerSecond, succeeded, self } = await sendLoad(rig, sending, CLIENTS);
    const requests = (await rig.counters()).count - count;
    return {
      ratePerSecond: requestRatePerSecond,
      middlewareMs: (cpuMsOf(pid) - before.middleware) / requests,
      serverMs: (cpuMsOf(rig.pid) - before.server) / requests,
      loadMs: self.cpuMs / succeeded,
    };
  });

/** The rate of the same tensor over each protocol, and what a request costs every process; as texts to print. */
export const protocolsThrough = async (rig: Rig): Promise<readonly string[]> => {
  const rows: (readonly string[])[] = [];
  for (const processes of PROCESSES) {
    const measured = { rest: [] as Through[], grpc: [] as Through[] };
    for (let round = 0; round < rig.rounds; round += 1) {
      for (const protocol of PROTOCOLS) {
        measured[protocol].push(await measureThrough(rig, protocol, processes));
      }
    }
    const of = (protocol: Protocol, key: keyof Through): number =>
      medianOf(measured[protocol].map((one) => one[key]));
    const shares = measured.grpc.map(
      ({ ratePerSecond }, round) => ratePerSecond / (measured.rest[round]?.ratePerSecond ?? 0),
    );
    for (const protocol of PROTOCOLS) {
      rows.push([
        protocol,
        String(processes),
        of(protocol, 'ratePerSecond').toFixed(0),
        protocol === 'rest' ? '' : medianOf(shares).toFixed(2),
        ...(['middlewareMs', 'serverMs', 'loadMs'] as const).map((key) =>
          of(protocol, key).toFixed(2),
        ),
      ]);
    }
  }
  const head = ['protocol', 'processes', 'req/s', '÷ rest', "middleware's CPU ms"];
  return [
    textTable([...head, "server's", "load generator's"], rows),
    `(a JPEG of ${CLIENTS} clients to a tensor as bytes, through the middleware; CPU time for one request; medians of ${rig.rounds} rounds)`,
  ];
};
