import type { DeploymentConfig } from '../../../aws/config/index.ts';
import { planConfigured } from '../../aws/prepare-request.ts';
import { readBenchConfig } from '../../aws/read-config.ts';
import { costText } from '../../aws/status-text.ts';
import type { RunSettings } from '../../model/plan.ts';
import type { PlanValues } from '../../plan/command-line.ts';
import { createSeed } from '../../plan/resolve-plan-options.ts';
import type { CommandContext } from '../command.ts';
import type { RunValues } from '../options.ts';
import { askedPlan, type MadePlan } from '../plan-request.ts';
import { readNodeModel } from './run-on-aws.ts';

/** The options that say what to plan, and for which nodes. */
type PlannedValues = PlanValues & Pick<RunValues, 'settings' | 'model' | 'config' | 'pairs' | 'on'>;

/** The model that containers of nodes serve if none is given. Its file exists only there. */
const builtThere = ({
  runtime,
  weights,
  models,
}: DeploymentConfig): Pick<RunSettings, 'modelFiles'> => {
  if (runtime === 'simulated') return {};
  const title = models ?? `the one that nodes build from the weights "${weights}"`;
  const trained = models !== undefined || weights !== 'random';
  return { modelFiles: { onnx: '', trained, title } };
};

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
  const config = readBenchConfig(values.config);
  const { plan, planned, estimate } = planConfigured(
    config,
    { ...asked, options: { seed: createSeed(), ...options } },
    values.pairs,
  );
  const cost = { seconds: estimate.seconds, usd: estimate.usd, text: costText(estimate) };
  const settings = { ...planned.settings, ...builtThere(config) };
  return { planned: { ...planned, settings }, model, request: plan, cost };
};
