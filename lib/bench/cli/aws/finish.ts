import { flag } from '../../../../serving-configs/options/kinds.ts';
import type { DeployedStacks } from '../../aws/read-stacks.ts';
import { configFileOf } from '../../aws/read-config.ts';
import { BenchError } from '../../model/errors.ts';
import { command } from '../command.ts';
import { awsOptions, runStep, showStep, withAws } from './aws-command.ts';
import { fetch } from './fetch.ts';
import { leftovers } from './leftovers.ts';

/** @throws BenchError if an operation on a stack goes on, because no other can begin. */
const assertAtRest = ({ base, pairs }: DeployedStacks): void => {
  const busy = [base ?? [], ...pairs.values()]
    .flat()
    .find(({ StackStatus = '' }) => StackStatus.endsWith('_IN_PROGRESS'));
  if (busy === undefined) return;
  throw new BenchError(
    'BENCH_STACK',
    `the stack ${busy.StackName} is in the state ${busy.StackStatus}; nothing was deleted`,
    { hint: 'wait until that has finished, then: npx serving-compare finish' },
  );
};

/** Fetches what a deployment has measured, and removes it, whatever its state. */
export const finish = command({
  description:
    'Fetches every run and writes its report, empties the bucket, calls "cdk destroy --all", and checks that nothing is left. Works whatever failed before. Deletes nothing while a run goes on, and nothing that is not on this machine.',
  options: {
    force: {
      kind: flag,
      description: 'even if a node may still write',
      default: false,
    },
    config: awsOptions.config,
  },
  examples: ['npx serving-compare finish'],
  exitCodes:
    '0 nothing is left on AWS; 1 something is; 2 could not run, or a run goes on; 130 interrupted',
  run: (values, context) =>
    withAws(values.config, async ({ aws, config }) => {
      const { readStacks } = await import('../../aws/read-stacks.ts');
      const { contextArguments, runCdk } = await import('../../aws/run-cdk.ts');
      const configured = values.config === undefined ? [] : ['--config', values.config];
      const stacks = await readStacks(aws, config.name);
      assertAtRest(stacks);
      if (stacks.base !== undefined || stacks.pairs.size > 0) {
        const forced = values.force ? ['--force'] : [];
        const words = ['--all', '--delete', ...forced, ...configured];
        await runStep(['fetch', fetch], words, context);
        context.signal.throwIfAborted();
        // The configuration may have had more pairs.
        const pairs = String(Math.max(config.pairs, ...stacks.pairs.keys()));
        const configuration = contextArguments(configFileOf(values.config), { pairs });
        showStep('npx cdk destroy --all', context);
        await runCdk(['destroy', '--all', '--force', ...configuration], 2);
        context.signal.throwIfAborted();
      }
      return runStep(['leftovers', leftovers], configured, context);
    }),
});
