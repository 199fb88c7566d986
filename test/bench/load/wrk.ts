import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { endedCpuMs } from '../middleware/processes.ts';
import type { ToolJob, ToolRun } from './tool-run.ts';

/** Whether wrk can be run here: it is on the PATH, and the system tells the CPU time of children. */
export const hasWrk = (): boolean => {
  try {
    endedCpuMs();
    execFileSync('which', ['wrk']);
    return true;
  } catch {
    return false;
  }
};

/** Runs wrk on one thread, as the others have one, and counts the CPU time of its process. */
export const runWrk = async (job: ToolJob): Promise<ToolRun> => {
  const folder = mkdtempSync(join(tmpdir(), 'wrk-'));
  const script = join(folder, 'post.lua');
  writeFileSync(script, luaScript(job.image));
  const cpuMsBefore = endedCpuMs();
  try {
    const { stdout } = await promisify(execFile)('wrk', [
      '-t1',
      `-c${job.connections}`,
      `-d${job.seconds}s`,
      '-s',
      script,
      job.url,
    ]);
    const [rate = 0, requests = 0, p50Us = 0, p99Us = 0] = (
      /^figures (.*)$/m.exec(stdout)?.[1] ?? ''
    )
      .split(' ')
      .map(Number);
    return {
      ratePerSecond: rate,
      cpuMsPerRequest: (endedCpuMs() - cpuMsBefore) / requests,
      p50Ms: p50Us / 1000,
      p99Ms: p99Us / 1000,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const luaScript = (image: string): string => `
local file = io.open(${JSON.stringify(image)}, "rb")
wrk.method = "POST"
wrk.headers["content-type"] = "image/jpeg"
wrk.body = file:read("*a")
file:close()
function done(summary, latency)
  io.write(string.format("figures %f %d %f %f\\n", summary.requests * 1000000 / summary.duration,
    summary.requests, latency:percentile(50), latency:percentile(99)))
end
`;
