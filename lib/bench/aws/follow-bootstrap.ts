import { setTimeout as sleep } from 'node:timers/promises';
import { paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { baseOutputKeys } from '../../aws/contract/stack-names.ts';
import { messageOf } from '../model/errors.ts';
import { isExpired } from './aws-error.ts';
import type { Aws } from './clients.ts';
import { outputsOf, readStacks } from './read-stacks.ts';

/** Nodes send their log every 20 seconds. */
const POLL_MS = 5000;
/** In a row. */
const MAX_FAILURES = 3;

/** What the user reads of a line in the log of a bootstrap; undefined for details. */
export const newsOf = (line: string): string | undefined => {
  const [, began, ended] =
    /^\S+Z (?:step=(\S+) begins|(step=\S+ rc=.*|\w+ node is ready))$/.exec(line) ?? [];
  if (began !== undefined) return `step ${began}`;
  if (ended !== undefined) return ended;
  return /^\S+(?:: (?:pulling|pulled|building|built|ready after|trying again)| is not available:)/.test(
    line,
  )
    ? line
    : undefined;
};

/** The name of the log group; undefined while the base stack is not deployed. */
const logGroupOf = async (aws: Aws, deployment: string): Promise<string | undefined> => {
  const { base } = await readStacks(aws, deployment);
  return base && outputsOf(base).get(baseOutputKeys.logGroup);
};

/**
 * Shows what the nodes of a deployment do while they set themselves up, from their logs. It ends by itself, with a line, if the logs
 * cannot be read several times in a row.
 *
 * @returns a function that ends it after a last look at the logs
 */
export const followBootstrap = (
  aws: Aws,
  deployment: string,
  tell: (line: string) => void,
): (() => Promise<void>) => {
  const startTime = Date.now();
  const ending = new AbortController();
  const { signal } = ending;
  const told = new Set<string>();
  let logGroupName: string | undefined;
  const showNews = async (): Promise<void> => {
    logGroupName ??= await logGroupOf(aws, deployment);
    if (logGroupName === undefined) return;
    const pages = paginateFilterLogEvents({ client: aws.logs }, { logGroupName, startTime });
    for await (const { events = [] } of pages) {
      for (const { eventId = '', logStreamName = '', message = '' } of events) {
        const [, pair, role] = /^bootstrap-pair-(\d+)-([a-z]+)-/.exec(logStreamName) ?? [];
        if (pair === undefined || told.has(eventId)) continue;
        told.add(eventId);
        for (const line of message.split('\n')) {
          const news = newsOf(line);
          if (news !== undefined) tell(`pair ${pair} ${role}: ${news}`);
        }
      }
    }
  };
  const follow = async (): Promise<void> => {
    let failures = 0;
    while (!signal.aborted) {
      try {
        await showNews();
        failures = 0;
      } catch (error) {
        failures += 1;
        if (failures === MAX_FAILURES || isExpired(error)) throw error;
      }
      await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
    }
    await showNews();
  };
  const following = follow().catch((error: unknown) =>
    tell(`the logs of the nodes cannot be followed: ${messageOf(error)}`),
  );
  return async () => {
    ending.abort();
    await following;
  };
};
