import {
  newRunRequest,
  planOnPairs,
  requestOnPairs,
  type RunRequest,
} from '../../lib/bench/aws/run-request.ts';
import type { PlanOverrides } from '../../lib/bench/model/plan-options.ts';
import { requestedOptions } from '../../lib/bench/run/make-plan.ts';
import { askedResnet50 } from './planned-models.ts';
import { shareRepeats } from '../../lib/bench/aws/repeats.ts';

/** The request of a run of one serving on simulated node pairs, as an operator's machine writes it. */
export const requestedRun = (
  runId: string,
  overrides: PlanOverrides,
  pairs: readonly number[],
  at = new Date(),
): RunRequest => {
  const plan = requestOnPairs(
    { runId, runtime: 'simulated' },
    {
      ...requestedOptions({ servings: ['tfserving'], ...overrides }),
      model: askedResnet50,
      settings: {},
    },
  );
  const planned = planOnPairs(plan, { servings: ['tfserving'], runtime: 'simulated', cores: 2 });
  const run = { runId, sentAt: at.toISOString(), deployment: 'serving-compare', plan };
  return newRunRequest(run, planned, shareRepeats(planned, pairs));
};
