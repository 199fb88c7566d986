import { commandNodes, outcomeText } from '../../aws/command-nodes.ts';
import { tagDeadline } from '../../aws/deadlines.ts';
import { pricePerHourOf } from '../../aws/find-deployment.ts';
import { usdText } from '../../aws/status-text.ts';
import { jsonText, type Command } from '../command.ts';
import { withDeployment } from './aws-context.ts';
import type { extendOptions } from './aws-options.ts';

/** Moves the deadline at which the nodes of a deployment end themselves. */
export const extendCommand: Command<typeof extendOptions> = (values, context) => {
  const { console, signal } = context;
  const { time: hours } = values;
  return withDeployment(values.config, async ({ aws, deployment }) => {
    const seconds = Math.round(Date.now() / 1000 + hours * 3600);
    const parameters = { DeadlineSeconds: String(seconds) };
    const outcomes = await commandNodes(aws, deployment, 'ExtendDeadline', parameters, {}, signal);
    const failed = outcomes.filter(({ problem }) => problem !== undefined);
    const moved = outcomes.filter(({ problem }) => problem === undefined);
    const ids = moved.map(({ instanceId }) => instanceId);
    const tagError = await tagDeadline(aws, ids, seconds).then(
      () => undefined,
      (error: unknown) => error,
    );
    for (const outcome of failed) console.err(`not extended: ${outcomeText(outcome)}\n`);
    const deadline = new Date(seconds * 1000).toISOString();
    const usdPerHour = pricePerHourOf(deployment.pairs);
    const usd = usdPerHour === undefined ? undefined : usdPerHour * hours;
    console.out(
      values.json
        ? jsonText({ deadline, usdUntilThen: usd, extended: moved, failed })
        : `${moved.length} of ${outcomes.length} nodes end themselves at ${deadline}; until then they cost ${usdText(usd)}, ${usdText(usdPerHour)} an hour\n`,
    );
    // Reported last, because the nodes run longer even without the tag.
    if (tagError !== undefined) {
      console.err(
        '"status" and "run" still show the earlier deadline, because its tag could not be written:\n',
      );
      throw tagError;
    }
    return failed.length === 0 ? 0 : 1;
  });
};
