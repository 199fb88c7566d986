import { command, jsonText } from '../command.ts';
import { awsOptions, runWord as run, sendToNodes, withRemains } from './aws-command.ts';

/** Ends a run on all its pairs. Finished measurements are kept. */
export const cancel = command({
  description:
    'Ends a run on all its pairs. Finished measurements are kept, and "npx serving-compare run --on aws --resume RUN" continues the run.',
  words: ['run'],
  options: { run, ...awsOptions },
  examples: ['npx serving-compare cancel 2026-01-31t12-00-00-quick'],
  exitCodes: '0 done; 1 a pair did not confirm it; 2 could not run; 130 interrupted',
  run: ({ run: runId, config, json }, context) =>
    withRemains(config, async (site) => {
      const { readProgress } = await import('../../aws/follow-run.ts');
      const { isActive } = await import('../../aws/run-progress.ts');
      const { totalsOf } = await import('../../aws/status-text.ts');
      const { aws, deployment } = site;
      const { console } = context;
      const before = await readProgress(aws, deployment, runId);
      const pairs = before.pairs.filter(isActive).map(({ pair }) => pair);
      const { failed } = await sendToNodes(
        site,
        ['CancelRun', { RunId: runId }, { pairs }],
        'not ended',
        context,
      );
      const after = await readProgress(aws, deployment, runId);
      const { finished, total } = totalsOf(after);
      if (json) {
        console.out(
          jsonText({ runId, cancelled: pairs, failed, finishedMeasurements: finished, total }),
        );
      } else if (pairs.length === 0) {
        console.out(`no pair is working on ${runId}; it is ${after.state}\n`);
      } else {
        console.out(
          [
            `${runId} is ended on ${pairs.length - failed.length} of ${pairs.length} pairs; ${finished} of ${total} measurements are finished and kept; the nodes keep running`,
            `  npx serving-compare fetch ${runId}`,
            `  npx serving-compare run --on aws --resume ${runId}`,
            '  npx serving-compare finish',
            '',
          ].join('\n'),
        );
      }
      return failed.length === 0 ? 0 : 1;
    }),
});
