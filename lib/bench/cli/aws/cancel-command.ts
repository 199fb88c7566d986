import { commandNodes, outcomeText } from '../../aws/command-nodes.ts';
import { readProgress } from '../../aws/follow-run.ts';
import { isActive } from '../../aws/run-progress.ts';
import { totalsOf } from '../../aws/status-text.ts';
import { jsonText, type Command } from '../command.ts';
import { withRemains } from './aws-context.ts';
import type { cancelOptions } from './aws-options.ts';

/** Ends a run on all its pairs. Finished measurements are kept. */
export const cancelCommand: Command<typeof cancelOptions> = (values, context) => {
  const { console, signal } = context;
  const { run: runId } = values;
  return withRemains(values.config, async ({ aws, deployment }) => {
    const before = await readProgress(aws, deployment, runId);
    const pairs = before.pairs.filter(isActive).map(({ pair }) => pair);
    const outcomes =
      pairs.length === 0
        ? []
        : await commandNodes(aws, deployment, 'CancelRun', { RunId: runId }, { pairs }, signal);
    const failed = outcomes.filter(({ problem }) => problem !== undefined);
    for (const outcome of failed) console.err(`not ended: ${outcomeText(outcome)}\n`);
    const after = await readProgress(aws, deployment, runId);
    const { finished, total } = totalsOf(after);
    if (values.json) {
      console.out(
        jsonText({ runId, cancelled: pairs, failed, finishedMeasurements: finished, total }),
      );
    } else if (pairs.length === 0) {
      console.out(`no pair is working on ${runId}; it is ${after.state}\n`);
    } else {
      console.out(
        [
          `${runId} is ended on ${pairs.length - failed.length} of ${pairs.length} pairs; ${finished} of ${total} measurements are finished and kept`,
          `  npx serving-compare fetch ${runId}`,
          `  npx serving-compare run --on aws --resume ${runId}`,
          '',
        ].join('\n'),
      );
    }
    return failed.length === 0 ? 0 : 1;
  });
};
