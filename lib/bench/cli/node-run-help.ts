import { nodePaths } from '../../deployment/node-paths.ts';

/** The help of `node-run`, which the list of commands leaves out: the unit on a middleware node calls it. */
export const nodeRunHelp = (
  planOptions: string,
): string => `usage: serving-compare node-run --run-id ID [options]

Runs this node pair's share of a plan, with the serving node driven through SSM. On a middleware node the unit
serving-compare-run@ID.service calls it; from elsewhere a run is started with "npx serving-compare run --on aws".

  --run-id ID          small letters, digits and hyphens
  --pairs N,N          pairs that share the repeats of the plan in turn (default: this one); N:R+R,N:R with those of each
  --processes N        of the middleware (default: one a core)
  --output DIR         folder of the run (default: ${nodePaths.runs}/ID)
  --upload-timeout S   at the end, for what the bucket did not take before (default 180)

The variables SC_RUN_PROFILE, SC_RUN_PAIRS, SC_RUN_SEED and SC_RUN_OPTIONS say the same as options; options that are given
win. Without a seed one is drawn from the run id, so that all pairs draw the same. Without a load
engine it is k6 where the node has it.

${planOptions}
  --help

example
  npx serving-compare node-run --run-id study --profile published --pairs 1,2,3

exit codes: 0 done; 1 done, but cells failed, a path answered wrongly, or files did not reach the bucket; 2 could not run;
            130 cancelled or interrupted
`;
