import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { choosePairs } from '../../aws/choose-pairs.ts';
import { networkLine, readBaselines, type ExchangeBytes } from '../../aws/network-limit.ts';
import type { RunSite } from '../../aws/prepare-request.ts';
import { packModel, sendModel } from '../../aws/model-transfer.ts';
import { workOf, type RunRequest } from '../../aws/run-request.ts';
import { showProgress } from '../../progress/show-progress.ts';
import { sum } from '../../stats/moments.ts';
import type { UserModel } from '../../user-model/user-model.ts';
import { counted, formatBytes } from '../../wording/format-number.ts';
import { usageError, type CommandContext, type Console } from '../command.ts';
import { isDescription, readModelOption } from '../model-option.ts';
import type { RunValues } from '../options.ts';

type Context = Pick<CommandContext, 'console' | 'signal'>;

/**
 * Reads the user's model that the nodes are to serve. Returns undefined for ResNet-50, and for a resumed run, whose model is
 * already in the bucket.
 *
 * @throws BenchError if nodes cannot serve the model.
 */
export const readNodeModel = async (
  { model, resume }: Pick<RunValues, 'model' | 'resume'>,
  signal: AbortSignal,
): Promise<UserModel | undefined> => {
  if (resume !== undefined) return undefined;
  if (model === undefined || isDescription(model)) return readModelOption(model, signal);
  throw usageError(
    `nodes build their own ResNet-50 and cannot use ${model}`,
    'set "weights" or "models" in the configuration; on AWS, --model takes only a description from "npx serving-compare init"',
  );
};

/** Warns if the network may limit a run. */
const warnOfNetwork = async (
  { aws, deployment }: RunSite,
  request: RunRequest,
  users: ExchangeBytes | undefined,
  { err }: Console,
): Promise<void> => {
  const pairs = choosePairs(deployment.pairs, request.pairs);
  // No warning if EC2 does not tell the bandwidth, or the user may not ask.
  const baselines = await readBaselines(aws, pairs).catch(() => []);
  const line = networkLine(workOf(request).targets, baselines, users);
  if (line !== undefined) err(`warning: ${line}\n`);
};

/**
 * Uploads the files of a user's model to the bucket, and warns if the network may limit the run.
 *
 * @param userModel undefined: ResNet-50, which the nodes have
 * @param isDryRun whether to pack the model without uploading it
 * @returns the model's part of the request
 */
export const uploadModel = async (
  site: RunSite,
  request: RunRequest,
  userModel: UserModel | undefined,
  isDryRun: boolean,
  { console, signal }: Context,
): Promise<Pick<RunRequest, 'modelSums'>> => {
  if (userModel === undefined) {
    await warnOfNetwork(site, request, undefined, console);
    return {};
  }
  const folder = await mkdtemp(join(tmpdir(), 'serving-compare-'));
  const progress = showProgress(console.err, console.errTerminal);
  try {
    const packed = await packModel(folder, userModel, progress.emit, signal);
    progress.stop();
    await warnOfNetwork(site, request, packed, console);
    const { files, sumsSha256 } = packed;
    if (!isDryRun) {
      const bytes = sum(files.map((file) => file.bytes));
      const size = `${counted(files.length, 'file')} with ${formatBytes(bytes)}`;
      console.err(`uploading the model: ${size}\n`);
      await sendModel(site.aws, site.deployment.bucket, request.runId, packed, signal);
    }
    return { modelSums: sumsSha256 };
  } finally {
    progress.stop();
    await rm(folder, { recursive: true });
  }
};
