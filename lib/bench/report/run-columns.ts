import { basename } from 'node:path';
import type { Summary } from '../analysis/summary.ts';
import { modelTitle } from '../wording/statement.ts';

/** What answered in a run, in a few words. */
const comparedText = ({ runtime, served = {} }: Summary['plan']): string => {
  if (runtime === 'simulated') return 'simulated server';
  if (runtime === 'running') return 'running servers';
  const answers = Object.values(served);
  if (answers.every(({ real }) => real)) return 'real servers';
  return answers.some(({ real }) => real) ? 'real servers and stand-ins' : 'stand-ins';
};

/** What the servers computed on: `cpu` unless containers used a GPU. */
const acceleratorOf = ({ plan, environment }: Summary): string =>
  environment.aws?.accelerator ??
  Object.values(plan.served ?? {}).find(({ accelerator }) => accelerator !== undefined)
    ?.accelerator ??
  'cpu';

/** Facts on the run for each line of its CSV files, since a file may be read without the report. */
export const runFacts = (summary: Summary): Readonly<Record<string, string>> => {
  const { plan, validity } = summary;
  return {
    compared: comparedText(plan),
    accelerator: acceleratorOf(summary),
    model: modelTitle(plan) ?? basename(plan.model.file),
    run_valid: String(validity?.valid ?? ''),
  };
};
