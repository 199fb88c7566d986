import { setTimeout as sleep } from 'node:timers/promises';
import { flag } from '../../../../serving-configs/options/kinds.ts';
import { command, jsonText } from '../command.ts';
import { runIdKind } from '../options.ts';
import { awsOptions, withRemains } from './aws-command.ts';

const WATCH_MS = 5000;

/** Shows the progress of runs. */
export const status = command({
  description:
    'Shows the progress of the runs on AWS, or of one run and its pairs: measurements done and left, elapsed and remaining time, what each pair measures now, and lost pairs.',
  words: ['run'],
  options: {
    run: { kind: runIdKind, description: 'id of a run', defaultText: 'all' },
    watch: { kind: flag, description: 'repeat every 5 seconds until nothing runs', default: false },
    ...awsOptions,
  },
  examples: [
    'npx serving-compare status',
    'npx serving-compare status 2026-01-31t12-00-00-quick --watch',
  ],
  exitCodes:
    '0 done; 1 the run is incomplete and no runner works on it; 2 could not run; 130 interrupted',
  run: ({ run: runId, watch, config, json }, { console, signal }) =>
    withRemains(config, async ({ aws, deployment }) => {
      const { readStatus } = await import('../../aws/follow-run.ts');
      const { statusText } = await import('../../aws/status-text.ts');
      for (;;) {
        const now = await readStatus(aws, deployment, runId);
        console.out(json ? jsonText(now) : statusText(now, runId !== undefined));
        const isRunning = now.runs.some(({ state }) => state === 'running');
        if (!watch || !isRunning) {
          // The list of all runs ends with 0: it may hold runs that were cancelled long ago.
          return runId !== undefined && now.runs[0]?.state === 'incomplete' ? 1 : 0;
        }
        await sleep(WATCH_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
      }
    }),
});
