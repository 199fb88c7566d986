/** The options that all commands on AWS have. */
export const AWS_COMMON = `  --config FILE        configuration of the deployment (default: serving-compare.json, where it exists)
  --json               the result, or the error, as JSON on stdout
  --help`;

/** The help of the commands that work with runs on AWS. */
export const awsHelpTexts = {
  status: `usage: serving-compare status [RUN] [options]

Shows how far the runs on AWS are, or one run with its pairs: cells done and left, time and money so far and to go, rate and
median latency of the cell that each pair measures, and pairs that were lost.

  --watch              again every 5 seconds, until nothing runs any more
  --stale-after SECONDS  a pair that says nothing for so long is lost (default: three times its longest cell)
${AWS_COMMON}

examples
  npx serving-compare status
  npx serving-compare status 2026-01-31t12-00-00-quick --watch

exit codes: 0 done; 1 the run is incomplete and nobody works on it; 2 could not run; 130 interrupted
`,
  logs: `usage: serving-compare logs RUN [options]

Copies the logs of the nodes to the bucket and from there to results/RUN/logs, and prints their last lines.

  --pair N             of this pair only
  --role NAME          serving or middleware (default: both)
  --lines N            printed of each file (default 20)
  --output DIR         instead of results/RUN
${AWS_COMMON}

examples
  npx serving-compare logs 2026-01-31t12-00-00-quick
  npx serving-compare logs 2026-01-31t12-00-00-quick --pair 2 --role serving --lines 100

exit codes: 0 done; 1 a node gave no logs; 2 could not run; 130 interrupted
`,
  cancel: `usage: serving-compare cancel RUN [options]

Ends a run on all its pairs. Everything that is finished is kept, and "npx serving-compare run --on aws --resume RUN" goes on with it.

${AWS_COMMON}

examples
  npx serving-compare cancel 2026-01-31t12-00-00-quick

exit codes: 0 done; 1 a pair did not confirm it; 2 could not run; 130 interrupted
`,
  extend: `usage: serving-compare extend HOURS [options]

Moves the moment at which the nodes end themselves: all nodes of the deployment end HOURS from now.

${AWS_COMMON}

examples
  npx serving-compare extend 6

exit codes: 0 done; 1 a node did not confirm it; 2 could not run; 130 interrupted
`,
  fetch: `usage: serving-compare fetch RUN [options]
       serving-compare fetch --all [options]

Downloads the results of a run, checks every file, joins the pairs into one run folder and writes the report. What is
there already and whole is not downloaded again; a run that goes on can be fetched too.

  --all                every run of the bucket
  --output DIR         instead of results/RUN; with --all: instead of results
  --delete             then deletes the run from the bucket; with --all everything, so that "cdk destroy" can delete it
  --force              deletes although a pair still works
${AWS_COMMON}

examples
  npx serving-compare fetch 2026-01-31t12-00-00-quick
  npx serving-compare fetch --all --delete && npx cdk destroy --all

exit codes: as "npx serving-compare run"; with --all 0 where everything came whole
`,
} as const;
