import {
  CancelCommandCommand,
  GetCommandInvocationCommand,
  SendCommandCommand,
} from '@aws-sdk/client-ssm';
import { setTimeout as sleep } from 'node:timers/promises';
import { documents, type DocumentId } from '../../deployment/documents/index.ts';
import { startServingExitCodes } from '../../deployment/serving-state.ts';
import { BenchError } from '../model/errors.ts';
import { awsErrorName } from './aws-error.ts';
import type { Aws } from './clients.ts';

/** What Run Command says about one command on one node. */
export interface Invocation {
  readonly statusDetails: string;
  /** Of the script; -1 where it did not end by itself. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** While it goes on (https://docs.aws.amazon.com/systems-manager/latest/userguide/monitor-commands.html); empty right after the sending. */
const OPEN = new Set(['', 'Pending', 'InProgress', 'Delayed', 'Cancelling']);

/** Whether the details are those of an invocation that goes on. */
export const isOpen = ({ statusDetails }: Invocation): boolean => OPEN.has(statusDetails);

const LAST_LINES = 8;

/** Exit codes of the scripts behind `StartServing` that failed to start a serving. */
const startFailures: Readonly<Record<number, `BENCH_${string}`>> = {
  [startServingExitCodes.notReady]: 'BENCH_SERVING_NOT_READY',
  [startServingExitCodes.died]: 'BENCH_SERVING_DIED',
  [startServingExitCodes.cannotRun]: 'BENCH_SERVING_CANNOT_RUN',
};

/** Where no command reaches the node: no measurement is to blame for that. */
const nodeLost = (instanceId: string, why: string, cause?: unknown): BenchError =>
  new BenchError('BENCH_NODE_LOST', `the node ${instanceId} ${why}`, {
    hint: 'check that it runs and its agent is online: npx serving-compare doctor; then resume the run, which npx serving-compare status lists',
    cause,
  });

/** Why a command did not succeed. */
export const failureOf = (
  document: DocumentId,
  instanceId: string,
  { statusDetails, exitCode, stderr }: Invocation,
): BenchError => {
  const lastLines = stderr.trim().split('\n').slice(-LAST_LINES).join('\n');
  const words = lastLines === '' ? '' : `; its last lines:\n${lastLines}`;
  switch (statusDetails) {
    case 'Undeliverable':
    case 'DeliveryTimedOut':
    case 'Terminated':
      return nodeLost(instanceId, `did not accept the command ${document} (${statusDetails})`);
    case 'ExecutionTimedOut':
      return new BenchError(
        'BENCH_COMMAND_TIMED_OUT',
        `${document} timed out on ${instanceId} and was killed${words}`,
        { hint: 'see what hangs: npx serving-compare logs' },
      );
    case 'Failed':
      return new BenchError(
        (document === 'StartServing' ? startFailures[exitCode] : undefined) ??
          'BENCH_COMMAND_FAILED',
        `${document} on ${instanceId} ended with exit code ${exitCode}${words}`,
      );
    default:
      return new BenchError(
        'BENCH_COMMAND_FAILED',
        `${document} on ${instanceId} ended as "${statusDetails}"${words}`,
      );
  }
};

/** A document to run on one node. */
export interface DocumentCall {
  readonly id: DocumentId;
  /** As SSM knows it. */
  readonly name: string;
  readonly instanceId: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** For people who look at the history of Run Command. */
  readonly comment: string;
}

/** How long a node may take to accept a command: an agent that restarts is back by then, a node that is gone is not. */
const DELIVERY_SECONDS = 180;
/** Run Command tells nothing by itself. Quick at first, since a start is part of many measurements. */
const FIRST_POLL_MS = 300;
const SLOWEST_POLL_MS = 2000;
const POLL_GROWTH = 1.4;
/** Beyond the time-outs that SSM itself keeps, before its silence counts as an end. */
const SLACK_SECONDS = 60;
const CANCEL_MS = 3000;

const MOST_COMMENT_CHARACTERS = 100;

const noDocument = (id: DocumentId, cause: unknown): BenchError =>
  new BenchError('BENCH_NO_DOCUMENT', `this deployment has no SSM document ${id}`, {
    hint: 'deploy it again: npx cdk deploy --all',
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
        Comment: comment.slice(0, MOST_COMMENT_CHARACTERS),
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
    if (code === 'InvalidDocument') throw noDocument(id, error);
    throw error;
  }
};

/** Undefined right after the sending, when SSM may not know the command yet. */
const look = async (
  client: Aws['ssm'],
  command: { readonly CommandId: string; readonly InstanceId: string },
  signal: AbortSignal,
): Promise<Invocation | undefined> => {
  try {
    const answer = await client.send(new GetCommandInvocationCommand(command), {
      abortSignal: signal,
    });
    return {
      // API and documentation write some with blanks.
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
 * The waiter of the SDK is not used: it goes on where the caller may not look, and does not say how a command failed.
 *
 * @throws BenchError where it did not succeed; the signal's reason where it was aborted.
 */
export const runDocument = async (
  client: Aws['ssm'],
  call: DocumentCall,
  signal: AbortSignal,
): Promise<Invocation> => {
  signal.throwIfAborted();
  const { id, instanceId } = call;
  const command = { CommandId: await send(client, call, signal), InstanceId: instanceId };
  /** Best effort: what it may leave behind, the next start stops. */
  const cancel = async (): Promise<void> => {
    await client
      .send(new CancelCommandCommand({ CommandId: command.CommandId, InstanceIds: [instanceId] }), {
        abortSignal: AbortSignal.timeout(CANCEL_MS),
      })
      .catch(() => undefined);
  };
  const limitSeconds = documents[id].timeoutSeconds + DELIVERY_SECONDS + SLACK_SECONDS;
  const deadline = performance.now() + limitSeconds * 1000;
  let delayMs = FIRST_POLL_MS;
  try {
    while (performance.now() < deadline) {
      await sleep(delayMs, undefined, { signal });
      delayMs = Math.min(SLOWEST_POLL_MS, delayMs * POLL_GROWTH);
      const invocation = await look(client, command, signal);
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
