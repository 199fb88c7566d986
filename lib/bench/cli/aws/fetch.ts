import { flag, folder } from '../../../../serving-configs/options/kinds.ts';
import { command, usageError } from '../command.ts';
import { runIdKind } from '../options.ts';
import { awsOptions, withAws, withRemains } from './aws-command.ts';

/** Downloads, verifies and joins results, writes reports, and with `--delete` deletes the results from the bucket. */
export const fetch = command({
  description:
    'Downloads the results of a run, or with --all of every run, checks every file, joins the pairs into one run folder and writes the report. Files that are already there and complete are not downloaded again. A run that is still going on can be fetched, too.',
  words: ['run'],
  options: {
    run: { kind: runIdKind, description: 'id of a run' },
    all: {
      kind: flag,
      description: 'every run in the bucket',
      default: false,
      conflicts: ['run'],
    },
    output: {
      kind: folder,
      description: 'where the results go; with --all, the parent of their folders',
      defaultText: 'results/RUN',
    },
    delete: {
      kind: flag,
      description:
        'delete the run from the bucket afterwards; with --all every run, so that "cdk destroy" can delete the bucket',
      default: false,
    },
    force: {
      kind: flag,
      description: 'delete even if a node may still write',
      default: false,
      onlyWith: ['--delete'],
    },
    ...awsOptions,
  },
  examples: [
    'npx serving-compare fetch 2026-01-31t12-00-00-quick',
    'npx serving-compare fetch --all --delete',
  ],
  exitCodes: 'the codes of "npx serving-compare run"; with --all, 0 if everything was downloaded',
  run: async ({ run: runId, ...values }, context) => {
    if (runId === undefined && !values.all) {
      throw usageError(
        '"serving-compare fetch" needs RUN or --all',
        '"npx serving-compare status" lists the runs',
      );
    }
    const { fetchAll, fetchOne } = await import('./fetch-report.ts');
    return runId === undefined
      ? withAws(values.config, (site) => fetchAll(site, values, context))
      : withRemains(values.config, (site) => fetchOne(site, runId, values, context));
  },
});
