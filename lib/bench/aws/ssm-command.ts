import {
  CancelCommandCommand,
  GetCommandInvocationCommand,
  SendCommandCommand,
} from '@aws-sdk/client-ssm';
import { setTimeout as sleep } from 'node:timers/promises';
import { withTimeLimit } from '../../../serving-configs/time-limit.ts';
import { documents, type DocumentId } from '../../aws/contract/documents/index.ts';
import { startServingExitCodes } from '../../aws/contract/serving-state.ts';
import { BenchError } from '../model/errors.ts';
import { awsErrorName } from './aws-error.ts';
import type { Aws } from './clients.ts';

/** What Run Command reports about one command on one node. */
export interface Invocation {
  readonly statusDetails: string;
  /** Exit code of the script; -1 if it did not end by itself. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Status details of an invocation that has not ended; they are empty right after it was sent:
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/monitor-commands.html
 */
const OPEN = new Set(['', 'Pending', 'InProgress', 'Delayed', 'Cancelling']);

export const isOpen = ({ statusDetails }: Invocation): boolean => OPEN.has(statusDetails);

const LAST_LINES = 8;

/** Error codes for the exit codes of `start-serving.sh`. */
const startFailures: Readonly<Record<number, `BENCH_${string}`>> = {
  [startServingExitCodes.notReady]: 'BENCH_SERVING_NOT_READY',
  [startServingExitCodes.died]: 'BENCH_SERVING_DIED',
  [startServingExitCodes.cannotRun]: 'BENCH_SERVING_CANNOT_RUN',
};

/** The error if a node is unreachable, for which no measurement is to blame. */
const nodeLost = (instanceId: string, why: string, cause?: unknown): BenchError =>
  new BenchError('BENCH_NODE_LOST', `the node ${instanceId} ${why}`, {
    hint: 'check that it runs and its agent is online: npx serving-compare doctor; then resume the run, which "npx serving-compare status" lists',
    cause,
  });

/** Explains why a command did not succeed. */
export const failureOf = (
  document: DocumentId,
  instanceId: string,
  { statusDetails, exitCode, stderr }: Invocation,
): BenchError => {
  const lastLines = stderr.trim().split('\n').slice(-LAST_LINES).join('\n');
  const output = lastLines === '' ? '' : `; its last lines:\n${lastLines}`;
  switch (statusDetails) {
    case 'Undeliverable':
    case 'DeliveryTimedOut':
    case 'Terminated':
      return nodeLost(instanceId, `did not accept the command ${document} (${statusDetails})`);
    case 'ExecutionTimedOut':
      return new BenchError(
        'BENCH_COMMAND_TIMED_OUT',
        `${document} timed out on ${instanceId} and was killed${output}`,
        { hint: 'see what hangs: npx serving-compare logs' },
      );
    case 'Failed':
      return new BenchError(
        (document === 'StartServing' ? startFailures[exitCode] : undefined) ??
          'BENCH_COMMAND_FAILED',
        `${document} on ${instanceId} ended with exit code ${exitCode}${output}`,
      );
    default:
      return new BenchError(
        'BENCH_COMMAND_FAILED',
        `${document} on ${instanceId} ended as "${statusDetails}"${output}`,
      );
  }
};

/** A document to run on one node. */
export interface DocumentCall {
  readonly id: DocumentId;
  /** The generated name of the document in this deployment. */
  readonly name: string;
  readonly instanceId: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** Shown in the history of Run Command. */
  readonly comment: string;
}

/** How long a node may take to accept a command: an agent that restarts is back by then, a node that is gone is not. */
const DELIVERY_SECONDS = 180;
/** Run Command has to be polled: often at first, since most measurements wait for a start of a serving. */
const FIRST_POLL_MS = 300;
const MAX_POLL_MS = 2000;
const POLL_GROWTH = 1.4;
/** How long to wait after SSM's own time-outs have passed. */
const SLACK_SECONDS = 60;
const CANCEL_MS = 3000;

const MAX_COMMENT_CHARACTERS = 100;

const missingDocument = (id: DocumentId, cause: unknown): BenchError =>
  new BenchError('BENCH_NO_DOCUMENT', `this deployment has no SSM document ${id}`, {
    hint: 'deploy it again: npx serving-compare deploy',
    cause,
  });

const send = async (
  client: Aws['ssm'],
  { id, name, instanceId, parameters, comment }: DocumentCall,
  signal: AbortSignal,
): Promise<string> => {
  try {
    const { Command } = await client.send(
      new SendCommandCommand({
        DocumentName: name,
        InstanceIds: [instanceId],
        Parameters: Object.fromEntries(
          Object.entries(parameters).map(([key, value]) => [key, [value]]),
        ),
        TimeoutSeconds: DELIVERY_SECONDS,
        Comment: comment.slice(0, MAX_COMMENT_CHARACTERS),
      }),
      { abortSignal: signal },
    );
    return Command?.CommandId ?? '';
  } catch (error) {
    signal.throwIfAborted();
    const code = awsErrorName(error);
    if (code === 'InvalidInstanceId') {
      throw nodeLost(instanceId, 'is not known to SSM: it is gone, or its agent is offline', error);
    }
    if (code === 'InvalidDocument') throw missingDocument(id, error);
    throw error;
  }
};

/** Reads the state of a command; undefined right after it was sent, when SSM may not know it yet. */
const readInvocation = async (
  client: Aws['ssm'],
  command: { readonly CommandId: string; readonly InstanceId: string },
  signal: AbortSignal,
): Promise<Invocation | undefined> => {
  try {
    const answer = await client.send(new GetCommandInvocationCommand(command), {
      abortSignal: signal,
    });
    return {
      // Some details are documented and sent with blanks.
      statusDetails: (answer.StatusDetails ?? answer.Status ?? '').replaceAll(' ', ''),
      exitCode: answer.ResponseCode ?? -1,
      stdout: answer.StandardOutputContent ?? '',
      stderr: answer.StandardErrorContent ?? '',
    };
  } catch (error) {
    signal.throwIfAborted();
    if (awsErrorName(error) === 'InvocationDoesNotExist') return undefined;
    throw error;
  }
};

/**
 * Runs a document on a node and returns what its script printed. An abort cancels the command.
 *
 * The SDK's waiter cannot be used: it ignores missing rights, and does not say how a command failed.
 *
 * @throws BenchError if the command did not succeed; the signal's reason if it was aborted.
 */
export const runDocument = async (
  client: Aws['ssm'],
  call: DocumentCall,
  signal: AbortSignal,
): Promise<Invocation> => {
  signal.throwIfAborted();
  const { id, instanceId } = call;
  const command = { CommandId: await send(client, call, signal), InstanceId: instanceId };
  /** Best effort: if it fails, the next start stops the serving. */
  const cancel = async (): Promise<void> => {
    const cancelling = new CancelCommandCommand({
      CommandId: command.CommandId,
      InstanceIds: [instanceId],
    });
    await withTimeLimit(CANCEL_MS, undefined, (abortSignal) =>
      client.send(cancelling, { abortSignal }),
    ).catch(() => undefined);
  };
  const limitSeconds = documents[id].timeoutSeconds + DELIVERY_SECONDS + SLACK_SECONDS;
  const deadline = performance.now() + limitSeconds * 1000;
  let delayMs = FIRST_POLL_MS;
  try {
    while (performance.now() < deadline) {
      await sleep(delayMs, undefined, { signal });
      delayMs = Math.min(MAX_POLL_MS, delayMs * POLL_GROWTH);
      const invocation = await readInvocation(client, command, signal);
      if (invocation === undefined || isOpen(invocation)) continue;
      if (invocation.statusDetails === 'Success') return invocation;
      throw failureOf(id, instanceId, invocation);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    await cancel();
    throw signal.reason;
  }
  await cancel();
  throw new BenchError(
    'BENCH_COMMAND_TIMED_OUT',
    `SSM did not report within ${limitSeconds} s how ${id} ended on ${instanceId}`,
    { hint: 'check that the node runs and its agent is online: npx serving-compare doctor' },
  );
};
