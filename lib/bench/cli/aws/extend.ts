import { hours } from '../../../../serving-configs/options/kinds.ts';
import { command, jsonText } from '../command.ts';
import { awsOptions, sendToNodes, withDeployment } from './aws-command.ts';

/** Moves the deadline at which the nodes of a deployment end themselves. */
export const extend = command({
  description: 'Moves the deadline at which the nodes of the deployment end themselves.',
  words: ['time'],
  options: {
    time: {
      kind: hours(0.1, 72),
      description: 'from now until all nodes of the deployment end, such as 6h',
      required: true,
    },
    ...awsOptions,
  },
  examples: ['npx serving-compare extend 9h'],
  exitCodes: '0 done; 1 a node did not confirm it; 2 could not run; 130 interrupted',
  run: ({ time, config, json }, context) =>
    withDeployment(config, async (site) => {
      const { tagDeadline } = await import('../../aws/deadlines.ts');
      const { pricePerHourOf } = await import('../../aws/find-deployment.ts');
      const { usdText } = await import('../../aws/status-text.ts');
      const { console } = context;
      const seconds = Math.round(Date.now() / 1000 + time * 3600);
      const { outcomes, failed, done } = await sendToNodes(
        site,
        ['ExtendDeadline', { DeadlineSeconds: String(seconds) }, {}],
        'not extended',
        context,
      );
      const ids = done.map(({ instanceId }) => instanceId);
      const tagError = await tagDeadline(site.aws, ids, seconds).then(
        () => undefined,
        (error: unknown) => error,
      );
      const deadline = new Date(seconds * 1000).toISOString();
      const usdPerHour = pricePerHourOf(site.deployment.pairs);
      const usd = usdPerHour === undefined ? undefined : usdPerHour * time;
      console.out(
        json
          ? jsonText({ deadline, usdUntilThen: usd, extended: done, failed })
          : `${done.length} of ${outcomes.length} nodes end themselves at ${deadline}; until then they cost ${usdText(usd)}, ${usdText(usdPerHour)} an hour\n`,
      );
      // Reported last, because the nodes run longer even without the tag.
      if (tagError !== undefined) {
        console.err(
          '"status" and "run" still show the earlier deadline, because its tag could not be written:\n',
        );
        throw tagError;
      }
      return failed.length === 0 ? 0 : 1;
    }),
});
