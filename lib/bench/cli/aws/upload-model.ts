import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { choosePairs } from '../../aws/choose-pairs.ts';
import { networkLine, readBaselines, type ExchangeBytes } from '../../aws/network-limit.ts';
import type { PreparedRequest, RunSite } from '../../aws/prepare-request.ts';
import { packModel, sendModel } from '../../aws/model-transfer.ts';
import type { RunRequest } from '../../aws/run-request.ts';
import { showProgress } from '../../progress/show-progress.ts';
import { sum } from '../../stats/moments.ts';
import type { AnyModel } from '../../user-model/user-model.ts';
import { counted, formatBytes } from '../../wording/format-number.ts';
import { usageError, type CommandContext, type Console } from '../command.ts';
import { isDescription, readModelOption } from '../model-option.ts';

/** What of the context commands on node pairs use. */
export type Context = Pick<CommandContext, 'console' | 'signal'>;

/**
 * Reads the model that the nodes are to serve.
 *
 * @throws BenchError if nodes cannot serve it.
 */
export const readNodeModel = async (
  model: string | undefined,
  signal: AbortSignal,
): Promise<AnyModel> => {
  if (model === undefined || isDescription(model)) return readModelOption(model, signal);
  throw usageError(
    `nodes build their own ResNet-50 and cannot use ${model}`,
    'set "weights" or "models" in the configuration; on AWS, --model takes only a description from "npx serving-compare init"',
  );
};

/** Warns if the network may limit a run. */
const warnOfNetwork = async (
  { aws, deployment }: RunSite,
  { request, planned }: PreparedRequest,
  users: ExchangeBytes | undefined,
  { err }: Console,
): Promise<void> => {
  const pairs = choosePairs(deployment.pairs, request.pairs);
  // No warning if EC2 does not tell the bandwidth, or the user may not ask.
  const baselines = await readBaselines(aws, pairs).catch(() => []);
  const line = networkLine(planned.targets, baselines, users);
  if (line !== undefined) err(`warning: ${line}\n`);
};

/**
 * Uploads the files of a user's model to the bucket, and warns if the network may limit the run.
 *
 * @param isDryRun whether to pack the model without uploading it
 * @returns the model's part of the request
 */
export const uploadModel = async (
  site: RunSite,
  prepared: PreparedRequest,
  model: AnyModel,
  isDryRun: boolean,
  { console, signal }: Context,
): Promise<RunRequest['model']> => {
  if (model.kind === 'built') {
    await warnOfNetwork(site, prepared, undefined, console);
    return { kind: 'built' };
  }
  const folder = await mkdtemp(join(tmpdir(), 'serving-compare-'));
  const progress = showProgress(console.err, console.errTerminal);
  try {
    const packed = await packModel(folder, model, progress.emit, signal);
    progress.stop();
    await warnOfNetwork(site, prepared, packed, console);
    const { files, sumsSha256 } = packed;
    if (!isDryRun) {
      const { runId } = prepared.request;
      const bytes = sum(files.map((file) => file.bytes));
      const size = `${counted(files.length, 'file')} with ${formatBytes(bytes)}`;
      console.err(`uploading the model: ${size}\n`);
      await sendModel(site.aws, site.deployment.bucket, runId, packed, signal);
    }
    return { kind: 'sent', sums: sumsSha256 };
  } finally {
    progress.stop();
    await rm(folder, { recursive: true });
  }
};
