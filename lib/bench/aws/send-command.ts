import {
  ListCommandsCommand,
  paginateListCommandInvocations,
  SendCommandCommand,
  type CommandInvocation,
} from '@aws-sdk/client-ssm';
import { setTimeout as sleep } from 'node:timers/promises';
import { documents, type DocumentId } from '../../deployment/documents/index.ts';
import { BenchError } from '../model/errors.ts';
import { awsErrorName } from './aws-error.ts';
import type { Aws } from './clients.ts';
import type { CommandRequest } from './command-request.ts';
import type { Deployment } from './deployment.ts';
import { invocationOf, isOver, isRunning, type Invocation } from './invocation.ts';

/** A command that was sent. */
export interface SentCommand {
  readonly commandId: string;
  readonly document: DocumentId;
  readonly request: CommandRequest;
}

const gone = ({ name }: Deployment, id: DocumentId, cause?: unknown): BenchError =>
  new BenchError('BENCH_STACK', `the document ${id} of the stack ${name}-base is gone`, {
    hint: 'deploy it again: npx cdk deploy --all',
    cause,
  });

/** Sends a command. */
export const sendCommand = async (
  aws: Aws,
  deployment: Deployment,
  id: DocumentId,
  request: CommandRequest,
): Promise<SentCommand> => {
  // So a deployment reads that is half deleted.
  if (request.DocumentName === '') throw gone(deployment, id);
  try {
    const { Command } = await aws.ssm.send(new SendCommandCommand(request));
    return { commandId: Command?.CommandId ?? '', document: id, request };
  } catch (error) {
    if (awsErrorName(error) !== 'InvalidDocument') throw error;
    throw gone(deployment, id, error);
  }
};

const POLL_MS = 1000;

/** Beyond delivery and execution, for what SSM itself takes. */
const SLACK_SECONDS = 30;

const invocationsOf = async (
  aws: Aws,
  commandId: string,
): Promise<readonly CommandInvocation[]> => {
  const found: CommandInvocation[] = [];
  const input = { CommandId: commandId, Details: true };
  for await (const page of paginateListCommandInvocations({ client: aws.ssm }, input)) {
    found.push(...(page.CommandInvocations ?? []));
  }
  return found;
};

/** Whether the command as a whole has ended, having been sent to so many nodes. */
const hasEndedOn = async (aws: Aws, commandId: string, nodes: number): Promise<boolean> => {
  const { Commands = [] } = await aws.ssm.send(new ListCommandsCommand({ CommandId: commandId }));
  const { Status = 'Pending', TargetCount = 0 } = Commands[0] ?? {};
  return !isRunning(Status) && TargetCount === nodes;
};

/**
 * Waits until a command has ended on every node that it was meant for, or can be expected no more. The state of the command
 * as a whole is no verdict: it is a success where it reached no node at all.
 *
 * @param expected ids of the instances that it is to reach
 * @returns one an expected instance; the state is `missing` where SSM never named it
 */
export const waitForCommand = async (
  aws: Aws,
  { commandId, document, request }: SentCommand,
  expected: readonly string[],
  signal: AbortSignal,
): Promise<readonly Invocation[]> => {
  const seconds = request.TimeoutSeconds + documents[document].timeoutSeconds + SLACK_SECONDS;
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    signal.throwIfAborted();
    const invocations = await invocationsOf(aws, commandId);
    const result = expected.map((instanceId) =>
      invocationOf(
        instanceId,
        invocations.find((one) => one.InstanceId === instanceId),
      ),
    );
    if (result.every(isOver)) return result;
    // A node whose agent is not known is left out without a word.
    const noneRuns = result.every(({ state }) => state !== 'running');
    if (noneRuns && (await hasEndedOn(aws, commandId, invocations.length))) return result;
    if (performance.now() > deadline) return result;
    await sleep(POLL_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
};
