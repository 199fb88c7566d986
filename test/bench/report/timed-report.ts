/* Writes the report of a run folder and sends its costs to the parent process. */
import { writeReport } from '../../../lib/bench/report/write-report.ts';

/** Costs of a report with all its files. */
export interface ReportTimes {
  readonly wallMs: number;
  /** Hardly depends on other load of the machine. */
  readonly cpuMs: number;
  /** Peak resident memory. */
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
