import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { runKeys } from '../../../aws/contract/run-keys.ts';
import { choosePairs } from '../../aws/choose-pairs.ts';
import { commandNodes, outcomeText } from '../../aws/command-nodes.ts';
import { downloadPrefix } from '../../aws/download-prefix.ts';
import { jsonText, type Command } from '../command.ts';
import { withRemains } from './aws-context.ts';
import type { logsOptions } from './aws-options.ts';
import { fetchedFolder } from './fetch-report.ts';

/** The last lines of each file in a folder, below its name, as `tail` prints them. */
const lastLinesIn = async (folder: string, lines: number): Promise<readonly string[]> => {
  const names = (await readdir(folder, { recursive: true, withFileTypes: true }))
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
export const logsCommand: Command<typeof logsOptions> = (values, context) => {
  const { console, signal } = context;
  const { run: runId, lines, role } = values;
  const pairNumbers = values.pair === undefined ? undefined : [values.pair];
  const folder = join(fetchedFolder(runId, values.output), 'logs');
  return withRemains(values.config, async ({ aws, deployment }) => {
    const pairs = choosePairs(deployment.pairs, pairNumbers).map(({ pair }) => pair);
    const targets = { pairs, role };
    const outcomes = await commandNodes(
      aws,
      deployment,
      'CollectLogs',
      { RunId: runId },
      targets,
      signal,
    );
    const failed = outcomes.filter(({ problem }) => problem !== undefined);
    for (const outcome of failed) console.err(`no logs: ${outcomeText(outcome)}\n`);
    const folders = [];
    for (const { pair, role: nodeRole } of outcomes) {
      const nodeFolder = join(folder, `pair-${pair}-${nodeRole}`);
      const prefix = runKeys.logs(runId, pair, nodeRole);
      // If the node failed this time, this gets the logs that were collected earlier.
      const { keys } = await downloadPrefix(
        aws,
        { bucket: deployment.bucket, prefix },
        nodeFolder,
        {
          signal,
        },
      );
      folders.push({ pair, role: nodeRole, folder: nodeFolder, files: keys.length });
      if (!values.json && lines > 0) {
        for (const text of await lastLinesIn(nodeFolder, lines)) console.out(`${text}\n`);
      }
    }
    if (values.json) console.out(jsonText({ runId, folders, failed }));
    else console.err(`all logs are in ${folder}\n`);
    return failed.length === 0 ? 0 : 1;
  });
};
