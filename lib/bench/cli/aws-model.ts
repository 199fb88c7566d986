import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { choosePairs } from '../aws/choose-pairs.ts';
import { networkLine, readBaselines, type ExchangeBytes } from '../aws/network-limit.ts';
import type { RunSite } from '../aws/prepare-run.ts';
import { packModel, sendModel } from '../aws/run-model.ts';
import { workOf, type RunRequest } from '../aws/run-request.ts';
import { showProgress } from '../progress/show-progress.ts';
import { sum } from '../stats/moments.ts';
import type { UserModel } from '../user-model/user-model.ts';
import { counted, formatBytes } from '../wording/format-number.ts';
import { requestedModel } from './requested-plan.ts';
import { usageError, type CommandContext, type Console } from './command.ts';
import { isDescription } from './runtime-option.ts';
import type { RunValues } from './options.ts';

type Context = Pick<CommandContext, 'console' | 'signal'>;

/**
 * The user's model that nodes are to serve; undefined for ResNet-50, and for a run that is resumed, whose model the bucket holds.
 *
 * @throws BenchError if nodes cannot be given that model.
 */
export const modelForNodes = async (
  { model, resume }: Pick<RunValues, 'model' | 'resume'>,
  signal: AbortSignal,
): Promise<UserModel | undefined> => {
  if (resume !== undefined) return undefined;
  if (model === undefined || isDescription(model)) return requestedModel(model, signal);
  throw usageError(
    `nodes build their own ResNet-50 and cannot use ${model}`,
    'set "weights" or "models" in the configuration; on AWS, --model takes only a description from "npx serving-compare init"',
  );
};

/** Warns where the network may be the limit of a run. */
const warnOfNetwork = async (
  { aws, deployment }: RunSite,
  request: RunRequest,
  users: ExchangeBytes | undefined,
  { err }: Console,
): Promise<void> => {
  const pairs = choosePairs(deployment.pairs, request.pairs);
  // Where EC2 says nothing, or may not be asked, nothing is said here.
  const baselines = await readBaselines(aws, pairs).catch(() => []);
  const line = networkLine(workOf(request).targets, baselines, users);
  if (line !== undefined) err(`warning: ${line}\n`);
};

/**
 * Puts all that nodes need of a user's model into the bucket, and warns of what the run may meet.
 *
 * @param userModel undefined: ResNet-50, which they have
 * @param isSent whether it is really put there
 * @returns what the request says of it
 */
export const giveModel = async (
  site: RunSite,
  request: RunRequest,
  userModel: UserModel | undefined,
  isSent: boolean,
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
    if (isSent) {
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
