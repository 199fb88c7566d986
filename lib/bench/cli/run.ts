import { command, RUN_EXIT_CODES } from './command.ts';
import { planHelp, runOptions } from './options.ts';

/** Runs or resumes a plan on this machine or on AWS, and writes the report. */
export const run = command({
  description:
    'Measures everything in a plan and writes a report, on this machine or on AWS. A run that was cut off continues with --resume.',
  notes: planHelp.notes,
  options: runOptions,
  first: [...planHelp.first, 'max-time', 'output', 'resume', 'fail-if'],
  headings: { ...planHelp.headings, 'max-time': 'time limit', output: 'results', on: 'on AWS' },
  examples: [
    'npx serving-compare run --levels 1-4 --max-time 10m',
    'npx serving-compare run --rates 20,40 --scenarios warm --duration 10s',
    'npx serving-compare run --runtime venv --servings all --protocols rest,grpc',
    "npx serving-compare run --fail-if 'p95>100ms' --ci-report results/junit.xml",
    'npx serving-compare run --resume results/study',
    'npx serving-compare run --on aws --profile replicate-2021 --detach',
  ],
  exitCodes: RUN_EXIT_CODES,
  run: async (values, context) => {
    const { assertCiFolder } = await import('./run-result.ts');
    await assertCiFolder(values);
    // A local run does not load the AWS clients.
    return values.on === 'aws'
      ? (await import('./aws/run-on-aws.ts')).runOnAws(values, context)
      : (await import('./run-local.ts')).runLocal(values, context);
  },
});
