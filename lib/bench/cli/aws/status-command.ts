import { setTimeout as sleep } from 'node:timers/promises';
import { earliestDeadline } from '../../aws/deadlines.ts';
import { pricePerHourOf } from '../../aws/find-deployment.ts';
import { readNodes } from '../../aws/node-states.ts';
import { findRun, listRunIds, readRunObjects } from '../../aws/run-objects.ts';
import { runProgress, type RunProgress } from '../../aws/run-progress.ts';
import { runListText, runStatusText, usdText } from '../../aws/status-text.ts';
import { durationText } from '../../wording/format-number.ts';
import { jsonText, type Command } from '../command.ts';
import { withRemains } from './aws-context.ts';
import type { statusOptions } from './aws-options.ts';

const WATCH_MS = 5000;

interface Status {
  readonly runs: readonly RunProgress[];
  readonly deadline: Date | undefined;
  readonly usdPerHour: number | undefined;
}

const deadlineLine = ({ deadline, usdPerHour }: Status, now: Date): string => {
  const price = `${usdText(usdPerHour)} an hour`;
  if (deadline === undefined) return `the nodes cost ${price}; their end time is unknown`;
  const seconds = (deadline.getTime() - now.getTime()) / 1000;
  const when =
    seconds > 0 ? `in ${durationText(seconds)}` : `${durationText(-seconds)} ago, by the plan`;
  return `the nodes cost ${price} and end themselves ${when} (${deadline.toISOString()}); "npx serving-compare extend 4h" moves that`;
};

const runsText = (runs: readonly RunProgress[], isSingle: boolean): string => {
  const [first] = runs;
  if (first === undefined) return 'there are no runs in the bucket\n';
  return isSingle ? runStatusText(first) : runListText(runs);
};

const statusText = (status: Status, isSingle: boolean): string =>
  `${runsText(status.runs, isSingle)}\n${deadlineLine(status, new Date())}\n`;

/** Shows the progress of runs. */
export const statusCommand: Command<typeof statusOptions> = async (values, context) => {
  const { console, signal } = context;
  const { run: runId } = values;
  return withRemains(values.config, async ({ aws, deployment }) => {
    const read = async (): Promise<Status> => {
      const { bucket, pairs } = deployment;
      const nodes = await readNodes(aws, pairs);
      const objects =
        runId === undefined
          ? await Promise.all(
              (await listRunIds(aws, bucket)).map((id) => readRunObjects(aws, bucket, id)),
            )
          : [await findRun(aws, bucket, runId)];
      const now = new Date();
      return {
        runs: objects
          .filter((run) => run !== undefined)
          .map((run) => runProgress(run, { now, pairs, nodes })),
        deadline: earliestDeadline(nodes, pairs),
        usdPerHour: pricePerHourOf(pairs),
      };
    };
    for (;;) {
      const status = await read();
      console.out(values.json ? jsonText(status) : statusText(status, runId !== undefined));
      const isRunning = status.runs.some(({ state }) => state === 'running');
      if (!values.watch || !isRunning) {
        // The list of all runs ends with 0: it may hold runs that were cancelled long ago.
        return runId !== undefined && status.runs[0]?.state === 'incomplete' ? 1 : 0;
      }
      await sleep(WATCH_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  });
};
