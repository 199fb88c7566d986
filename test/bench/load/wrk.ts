import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ToolJob, ToolRun } from './tool-run.ts';

/** Whether wrk can be run here: it is on the PATH, and the system tells the CPU time of children. */
export const hasWrk = (): boolean => {
  try {
    childrenCpuMs();
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
  const cpuMsBefore = childrenCpuMs();
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
      cpuMsPerRequest: (childrenCpuMs() - cpuMsBefore) / requests,
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

/** CPU time of all children that have ended: proc(5), `cutime` and `cstime` of /proc/PID/stat, in ticks of 10 ms. */
const childrenCpuMs = (): number => {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  // The command's name, in brackets, may hold spaces; the third field follows it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) * 10;
};
