import { medianOf } from '../../../lib/bench/analysis/over-repeats.ts';
import { PROTOCOLS, type Protocol } from '../../../serving-configs/manifest.ts';
import { textTable } from '../middleware/text-table.ts';
import { withCpu, type CpuPerRequest } from './cpu-per-request.ts';
import type { Finding } from './perf-analyzer.ts';
import type { Rig } from './rig.ts';
import { ours, theirs } from './tools.ts';

const CONCURRENCIES = [1, 2, 4, 8, 16];

type Measured = Finding & CpuPerRequest;

interface Compared {
  readonly figures: readonly string[];
  readonly cpu: readonly string[];
}

/** Both tools by turns, so that a busy moment of the machine meets both; the medians of the rounds. */
const compare = async (rig: Rig, protocol: Protocol, concurrency: number): Promise<Compared> => {
  const rounds: { readonly own: Measured; readonly peer: Measured }[] = [];
  for (let round = 0; round < rig.rounds; round += 1) {
    rounds.push({
      own: await withCpu(rig, () => ours(rig, protocol, concurrency)),
      peer: await withCpu(rig, () => theirs(rig, protocol, concurrency)),
    });
  }
  const of = (tool: 'own' | 'peer', key: keyof Measured): number =>
    medianOf(rounds.map((round) => round[tool][key]));
  const both = (key: keyof Measured, digits: number): readonly string[] => {
    const [own, peer] = [of('own', key), of('peer', key)];
    return [own.toFixed(digits), peer.toFixed(digits), (own / peer).toFixed(2)];
  };
  const row = [protocol, String(concurrency)];
  return {
    figures: [...row, ...both('ratePerSecond', 0), ...both('p50Ms', 2), ...both('p99Ms', 2)],
    cpu: [...row, ...both('toolMs', 2), ...both('serverMs', 2)],
  };
};

const withRatio = (heading: string): readonly string[] => [heading, 'theirs', 'ratio'];

/** Our load generator beside perf_analyzer, both straight at the server; as texts to print. */
export const compareTools = async (rig: Rig): Promise<readonly string[]> => {
  const compared: Compared[] = [];
  for (const protocol of PROTOCOLS) {
    for (const concurrency of CONCURRENCIES) {
      compared.push(await compare(rig, protocol, concurrency));
    }
  }
  const head = ['protocol', 'concurrency'];
  const figures = [
    ...head,
    ...withRatio('our req/s'),
    ...withRatio('our p50 ms'),
    ...withRatio('our p99 ms'),
  ];
  const cpu = [...head, ...withRatio('our CPU ms'), "server's under ours", 'under theirs', 'ratio'];
  return [
    textTable(
      figures,
      compared.map((one) => one.figures),
    ),
    `(theirs: perf_analyzer; medians of ${rig.rounds} rounds; both straight at the server)\n`,
    textTable(
      cpu,
      compared.map((one) => one.cpu),
    ),
    '(CPU time for one request: of the tool, and of the server behind it)\n',
  ];
};
