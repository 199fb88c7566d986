import { spawnSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { endedCpuMs } from './processes.ts';

/** A load that an external tool sends. */
export interface Load {
  readonly url: string;
  readonly contentType: string;
  /** File with the body of the requests. */
  readonly bodyFile: string;
  readonly clients: number;
  readonly seconds: number;
}

export interface LoadFigures {
  readonly requests: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Answers with another status than 200, and failed connections. */
  readonly failures: number;
  /** CPU time of the tool itself. */
  readonly toolCpuMs: number;
}

/** Whether wrk is on the PATH. */
export const hasWrk = (): boolean => spawnSync('wrk', ['-v']).error === undefined;

const wrkScript = ({ bodyFile, contentType }: Load): string => `
local file = io.open(${JSON.stringify(bodyFile)}, "rb")
wrk.method = "POST"
wrk.body = file:read("*a")
wrk.headers["Content-Type"] = ${JSON.stringify(contentType)}
file:close()
done = function(summary, latency)
  local errors = summary.errors
  io.write(string.format('\\n{"requests":%d,"microseconds":%d,"p50":%f,"p99":%f,"failures":%d}\\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
`;

const output = async (command: string, args: readonly string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    child.once('error', reject);
    child.once('close', () => {
      resolve(text);
    });
  });

const lastJsonLine = (text: string): unknown => {
  const line = text.split('\n').findLast((candidate) => candidate.startsWith('{'));
  if (line === undefined) throw new Error(`the load tool printed no figures: ${text}`);
  return JSON.parse(line);
};

/** Runs wrk with one thread. */
export const runLoad = async (load: Load): Promise<LoadFigures> => {
  const folder = mkdtempSync(path.join(tmpdir(), 'wrk-'));
  const script = path.join(folder, 'requests.lua');
  writeFileSync(script, wrkScript(load));
  const cpuMsBefore = endedCpuMs();
  const text = await output('wrk', [
    '--threads=1',
    `--connections=${load.clients}`,
    `--duration=${load.seconds}s`,
    '--timeout=60s',
    '--latency',
    `--script=${script}`,
    load.url,
  ]);
  rmSync(folder, { recursive: true });
  const { requests, microseconds, p50, p99, failures } = lastJsonLine(text) as Record<
    'requests' | 'microseconds' | 'p50' | 'p99' | 'failures',
    number
  >;
  const perSecond = requests / (microseconds / 1e6);
  const toolCpuMs = endedCpuMs() - cpuMsBefore;
  return { requests, perSecond, p50Ms: p50 / 1000, p99Ms: p99 / 1000, failures, toolCpuMs };
};
