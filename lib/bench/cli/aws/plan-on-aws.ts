import { planConfigured } from '../../aws/prepare-request.ts';
import { readBenchConfig } from '../../aws/read-config.ts';
import { costText } from '../../aws/status-text.ts';
import type { PlanValues } from '../../plan/command-line.ts';
import { createSeed } from '../../plan/resolve-plan-options.ts';
import type { CommandContext } from '../command.ts';
import type { RunValues } from '../options.ts';
import { askedPlan, type MadePlan } from '../plan-request.ts';
import { readNodeModel } from './run-on-aws.ts';

/** The options that say what to plan, and for which nodes. */
type PlannedValues = PlanValues & Pick<RunValues, 'settings' | 'model' | 'config' | 'pairs' | 'on'>;

/**
 * Plans what a command line asks for on the node pairs of a configuration, whether they are deployed or not, and asks nothing of AWS.
 *
 * @throws BenchError if the configuration, the model or the options cannot be used.
 */
export const planOnAws = async (
  values: PlannedValues,
  { signal }: CommandContext,
): Promise<MadePlan> => {
  const model = await readNodeModel(values, signal);
  const { options, ...asked } = await askedPlan({ ...values, config: undefined }, model);
  const { plan, planned, estimate } = planConfigured(
    readBenchConfig(values.config),
    { ...asked, options: { seed: createSeed(), ...options } },
    values.pairs,
  );
  const cost = { seconds: estimate.seconds, usd: estimate.usd, text: costText(estimate) };
  return { planned, model, request: plan, cost };
};
