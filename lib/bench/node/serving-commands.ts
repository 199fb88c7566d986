import {
  CancelCommandCommand,
  GetCommandInvocationCommand,
  SendCommandCommand,
} from '@aws-sdk/client-ssm';
import { setTimeout as sleep } from 'node:timers/promises';
import { documents } from '../../deployment/documents/index.ts';
import type { ServingReady, ServingState } from '../../deployment/serving-state.ts';
import { awsErrorName } from '../aws/aws-error.ts';
import type { Aws } from '../aws/clients.ts';
import { BenchError } from '../model/errors.ts';
import { awsErrorHere } from './aws-error-here.ts';
import { answerOf, endOf, failureOf, nodeLost, type Invocation } from './command-outcome.ts';
import type { NodeSettings } from './node-settings.ts';

/** The documents that a runner sends to its serving node. */
type ServingDocument = keyof NodeSettings['documents'];

/** What each document's script answers. */
interface Answers {
  readonly StartServing: ServingReady;
  readonly StopServing: object;
  readonly InspectServing: ServingState;
  readonly EndNode: object;
}

/** Drives the serving node of a pair through Run Command. */
export interface ServingCommands {
  /**
   * Runs a document on the serving node and returns what its script answered. An abort cancels the command.
   *
   * @throws BenchError where it did not succeed; the signal's reason where it was aborted.
   */
  readonly run: <Name extends ServingDocument>(
    document: Name,
    parameters: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ) => Promise<Answers[Name]>;
}

/** How long a node may take to accept a command; the least that SSM allows is 30. */
const DELIVERY_SECONDS = 60;
/** An agent that restarts is back within this many tries; a node that is gone is not. */
const DELIVERY_TRIES = 3;
const RETRY_AFTER_MS = 10_000;
/** Run Command tells nothing by itself. Quick at first, since a start is part of many measurements. */
const FIRST_POLL_MS = 300;
const SLOWEST_POLL_MS = 2000;
const POLL_GROWTH = 1.4;
/** Beyond the time-outs that SSM itself keeps, before its silence counts as an end. */
const SLACK_SECONDS = 60;
const CANCEL_MS = 3000;

const noDocument = (name: string, cause: unknown): BenchError =>
  new BenchError('BENCH_NO_DOCUMENT', `there is no SSM document ${name}`, {
    hint: 'this node is of another deployment than the documents: deploy again with npx cdk deploy --all',
    cause,
  });

const isTransient = (error: unknown): boolean =>
  error instanceof BenchError && error.code === 'BENCH_SERVING_NODE_LOST';

export const createServingCommands = (
  client: Aws['ssm'],
  settings: Pick<NodeSettings, 'documents' | 'servingInstance'>,
  comment: string,
): ServingCommands => {
  const instanceId = settings.servingInstance;

  const send = async (
    document: ServingDocument,
    parameters: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<string> => {
    const name = settings.documents[document];
    try {
      const { Command } = await client.send(
        new SendCommandCommand({
          DocumentName: name,
          InstanceIds: [instanceId],
          Parameters: Object.fromEntries(
            Object.entries(parameters).map(([key, value]) => [key, [value]]),
          ),
          TimeoutSeconds: DELIVERY_SECONDS,
          Comment: comment.slice(0, 100),
        }),
        { abortSignal: signal },
      );
      return Command?.CommandId ?? '';
    } catch (error) {
      signal.throwIfAborted();
      const code = awsErrorName(error);
      if (code === 'InvalidInstanceId') {
        throw nodeLost(
          instanceId,
          'is not known to SSM: it is gone, or its agent is offline',
          error,
        );
      }
      if (code === 'InvalidDocument') throw noDocument(name, error);
      throw awsErrorHere(error);
    }
  };

  /** Undefined right after the sending, when SSM may not know the command yet. */
  const look = async (commandId: string, signal: AbortSignal): Promise<Invocation | undefined> => {
    try {
      const answer = await client.send(
        new GetCommandInvocationCommand({ CommandId: commandId, InstanceId: instanceId }),
        { abortSignal: signal },
      );
      return {
        statusDetails: answer.StatusDetails ?? answer.Status ?? '',
        exitCode: answer.ResponseCode ?? -1,
        stdout: answer.StandardOutputContent ?? '',
        stderr: answer.StandardErrorContent ?? '',
      };
    } catch (error) {
      signal.throwIfAborted();
      if (awsErrorName(error) === 'InvocationDoesNotExist') return undefined;
      throw awsErrorHere(error);
    }
  };

  /** Best effort: what it may leave behind, the next start stops. */
  const cancel = async (commandId: string): Promise<void> => {
    await client
      .send(new CancelCommandCommand({ CommandId: commandId, InstanceIds: [instanceId] }), {
        abortSignal: AbortSignal.timeout(CANCEL_MS),
      })
      .catch(() => undefined);
  };

  const waitFor = async (
    document: ServingDocument,
    commandId: string,
    signal: AbortSignal,
  ): Promise<Invocation> => {
    const limitSeconds = documents[document].timeoutSeconds + DELIVERY_SECONDS + SLACK_SECONDS;
    const deadline = performance.now() + limitSeconds * 1000;
    let delayMs = FIRST_POLL_MS;
    try {
      while (performance.now() < deadline) {
        await sleep(delayMs, undefined, { signal });
        delayMs = Math.min(SLOWEST_POLL_MS, delayMs * POLL_GROWTH);
        const invocation = await look(commandId, signal);
        if (invocation !== undefined && endOf(invocation.statusDetails) !== undefined) {
          return invocation;
        }
      }
    } catch (error) {
      if (!signal.aborted) throw error;
      await cancel(commandId);
      throw signal.reason;
    }
    await cancel(commandId);
    throw new BenchError(
      'BENCH_COMMAND_TIMED_OUT',
      `SSM did not say in ${limitSeconds} s how ${document} ended on ${instanceId}`,
      { hint: 'see whether the node runs and its agent is online: npx serving-compare doctor' },
    );
  };

  const runOnce = async <Name extends ServingDocument>(
    document: Name,
    parameters: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Answers[Name]> => {
    const commandId = await send(document, parameters, signal);
    const invocation = await waitFor(document, commandId, signal);
    if (endOf(invocation.statusDetails) !== 'Success') {
      throw failureOf(document, instanceId, invocation);
    }
    return answerOf(document, invocation) as Answers[Name];
  };

  return {
    run: async (document, parameters, signal) => {
      signal.throwIfAborted();
      for (let left = DELIVERY_TRIES - 1; ; left -= 1) {
        try {
          return await runOnce(document, parameters, signal);
        } catch (error) {
          if (!isTransient(error) || left === 0) throw error;
          await sleep(RETRY_AFTER_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
        }
      }
    },
  };
};
