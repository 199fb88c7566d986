import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { choice, folder, integer } from '../../../../serving-configs/options/kinds.ts';
import { runKeys } from '../../../aws/contract/run-keys.ts';
import { NODE_ROLES } from '../../../aws/contract/tags.ts';
import { choosePairs } from '../../aws/choose-pairs.ts';
import { command, jsonText } from '../command.ts';
import { MAX_PAIRS } from '../options.ts';
import {
  awsOptions,
  fetchedFolder,
  runWord as run,
  sendToNodes,
  withRemains,
} from './aws-command.ts';

/** The last lines of each file in a folder, below its name, as `tail` prints them. */
const lastLinesIn = async (root: string, lines: number): Promise<readonly string[]> => {
  const names = (await readdir(root, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
  return Promise.all(
    names.map(async (file) => {
      const bytes = await readFile(file);
      const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
      const last = text.trimEnd().split('\n').slice(-lines).join('\n');
      return `==> ${file} <==\n${last}\n`;
    }),
  );
};

/** Collects the logs of the nodes and prints their last lines. */
export const logs = command({
  description:
    'Copies the logs of the nodes to the bucket and from there to results/RUN/logs, and prints their last lines.',
  words: ['run'],
  options: {
    run,
    pair: { kind: integer(1, MAX_PAIRS), description: 'only this pair' },
    role: {
      kind: choice('role', NODE_ROLES),
      description: NODE_ROLES.join(' or '),
      defaultText: 'both',
    },
    lines: { kind: integer(0, 100_000), description: 'lines to print of each file', default: 20 },
    output: { kind: folder, description: 'where the logs go', defaultText: 'results/RUN' },
    ...awsOptions,
  },
  examples: [
    'npx serving-compare logs 2026-01-31t12-00-00-quick',
    'npx serving-compare logs 2026-01-31t12-00-00-quick --pair 2 --role serving --lines 100',
  ],
  exitCodes: '0 done; 1 a node gave no logs; 2 could not run; 130 interrupted',
  run: ({ run: runId, lines, role, ...values }, context) => {
    const { console, signal } = context;
    const pairNumbers = values.pair === undefined ? undefined : [values.pair];
    const logsFolder = join(fetchedFolder(runId, values.output), 'logs');
    return withRemains(values.config, async (site) => {
      const { downloadPrefix } = await import('../../aws/download-prefix.ts');
      const { aws, deployment } = site;
      const pairs = choosePairs(deployment.pairs, pairNumbers).map(({ pair }) => pair);
      const { outcomes, failed } = await sendToNodes(
        site,
        ['CollectLogs', { RunId: runId }, { pairs, role }],
        'no logs',
        context,
      );
      const folders = [];
      for (const { pair, role: nodeRole } of outcomes) {
        const nodeFolder = join(logsFolder, `pair-${pair}-${nodeRole}`);
        const source = { bucket: deployment.bucket, prefix: runKeys.logs(runId, pair, nodeRole) };
        // If the node failed this time, this gets the logs that were collected earlier.
        const { keys } = await downloadPrefix(aws, source, nodeFolder, { signal });
        folders.push({ pair, role: nodeRole, folder: nodeFolder, files: keys.length });
        if (!values.json && lines > 0) {
          for (const text of await lastLinesIn(nodeFolder, lines)) console.out(`${text}\n`);
        }
      }
      if (values.json) console.out(jsonText({ runId, folders, failed }));
      else console.err(`all logs are in ${logsFolder}\n`);
      return failed.length === 0 ? 0 : 1;
    });
  },
});
