/* Writes the report of a run folder and sends what that took to the parent process. */
import { writeReport } from '../../../lib/bench/report/write-report.ts';

/** What a report with all its files takes. */
export interface ReportTimes {
  readonly wallMs: number;
  /** Changes little with what else runs on the machine. */
  readonly cpuMs: number;
  /** Greatest resident size of the process. */
  readonly peakBytes: number;
}

const startMs = performance.now();
const before = process.cpuUsage();
await writeReport(process.argv[2] ?? '');
const { user, system } = process.cpuUsage(before);
const times: ReportTimes = {
  wallMs: performance.now() - startMs,
  cpuMs: (user + system) / 1000,
  peakBytes: process.resourceUsage().maxRSS * 1024,
};
process.send?.(times);
