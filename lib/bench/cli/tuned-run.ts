import { resolve } from 'node:path';
import { reportedRecords } from '../analysis/records.ts';
import { summarise } from '../analysis/summarise.ts';
import { BenchError } from '../model/errors.ts';
import { LOCAL_RUNTIMES } from '../model/plan.ts';
import type { PlanOptions } from '../model/plan-options.ts';
import { resumeCommandOf } from '../plan/command-of-plan.ts';
import { readRunFolder } from '../results/run-folder.ts';
import type { RunValues } from './options.ts';

/** The options with which the settings that a search recommends are measured again. */
interface TunedValues {
  readonly values: RunValues;
  /** These settings; undefined without --tuned. */
  readonly candidates: PlanOptions['candidates'];
}

/**
 * Completes a command line that has --tuned with what a search for settings found in an earlier run: its servers at their best, its limit, and its model and
 * runtime unless others are given.
 *
 * @throws BenchError `BENCH_SETTINGS` if that run searched for no settings, or found none
 */
export const tunedValues = async (values: RunValues): Promise<TunedValues> => {
  const { tuned: folder } = values;
  if (folder === undefined) return { values, candidates: undefined };
  const data = await readRunFolder(folder, reportedRecords);
  const { plan, tuning } = summarise(data);
  const best = (tuning?.servers ?? []).filter(({ finals }) => finals.length > 0);
  if (tuning === undefined || best.length === 0) {
    throw new BenchError('BENCH_SETTINGS', `the run in ${folder} has found no settings`, {
      hint:
        tuning?.isOver === false
          ? `finish it first: ${resumeCommandOf(folder, plan)}`
          : 'name a run with --profile tune',
    });
  }
  const candidates = best.map(({ best: { serving, settings = 'default' } }) => ({
    serving,
    settings,
  }));
  // Nodes run the same containers.
  const here = plan.runtime === 'container' ? 'docker' : plan.runtime;
  const runtime = LOCAL_RUNTIMES.find((each) => each === here);
  return {
    candidates,
    values: {
      ...values,
      profile: 'tune',
      servings: values.servings ?? [...new Set(candidates.map(({ serving }) => serving))],
      'slo-p99': values['slo-p99'] ?? [tuning.p99Ms],
      runtime: values.runtime ?? runtime,
      model: values.model ?? plan.settings.model,
      tuned: resolve(folder),
    },
  };
};
