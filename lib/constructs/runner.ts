import type { NodeEnvironment } from '../deployment/node-environment.ts';
import type { BenchNode } from './bench-node.ts';
import type { NodeContext } from './node-context.ts';
import { allowRunner } from './node-policy.ts';

/** The documents that a runner sends to its serving node. */
const RUNNER_DOCUMENTS = ['StartServing', 'StopServing', 'InspectServing', 'EndNode'] as const;

/** What the middleware node of a pair knows beside what every node does: its serving node, how to drive it, and its k6. */
export const runnerVariables = (
  { config, shared }: NodeContext,
  serving: BenchNode,
): Partial<NodeEnvironment> => ({
  SC_SERVING_HOST: serving.privateIp,
  SC_SERVING_INSTANCE: serving.instanceId,
  SC_DOCUMENTS: JSON.stringify(
    Object.fromEntries(RUNNER_DOCUMENTS.map((id) => [id, shared.documents.nameOf(id)])),
  ),
  SC_K6_VERSION: config.k6Version,
  SC_K6_URL: config.k6Url,
  SC_K6_SHA256: config.k6Sha256 ?? '',
});

/** Lets the middleware node of a pair drive the serving node of that pair, and no other. */
export const allowRunnerOf = (
  { config, shared: { results, documents } }: NodeContext,
  middleware: BenchNode,
  serving: BenchNode,
): void =>
  allowRunner(middleware.role, {
    results,
    documentArns: RUNNER_DOCUMENTS.map((id) => documents.arnOf(id)),
    servingInstanceId: serving.instanceId,
    k6Url: config.k6Url,
  });
