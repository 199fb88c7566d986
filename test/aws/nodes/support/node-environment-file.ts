import type { NodeEnvironment } from '../../../../lib/aws/contract/node-environment.ts';

const common = {
  SC_DEPLOYMENT: 'bench',
  SC_PAIR: '1',
  SC_REGION: 'us-east-1',
  SC_BUCKET: 'bench-results',
  SC_RUNTIME: 'simulated',
  SC_SERVINGS: 'torchserve,tfserving',
  SC_LOG_GROUP: 'bench-logs',
  SC_PRICE_PER_HOUR: '0.9',
  SC_MAX_HOURS: '6',
  SC_BOOTSTRAP_VERSION: 'b'.repeat(64),
  SC_COMMIT: '',
  SC_IMAGES: '{}',
  SC_ACCELERATOR: 'cpu',
  SC_SERVING_CORES: '4',
  SC_NVME: 'yes',
  SC_REGISTRY: '',
  SC_WEIGHTS: 'random',
  SC_MODELS_URL: '',
} as const;

/** The environment file of a serving node. */
export const servingNodeFile = (more: Partial<NodeEnvironment> = {}): string =>
  fileOf({ ...common, SC_ROLE: 'serving', ...more });

/** The variables of a middleware node. */
export const middlewareNode = (more: Partial<NodeEnvironment> = {}): NodeEnvironment => ({
  ...common,
  SC_ROLE: 'middleware',
  SC_SERVING_HOST: '10.0.0.7',
  SC_SERVING_INSTANCE: 'i-0123456789abcdef0',
  SC_K6_VERSION: '1.8.1',
  SC_K6_URL: 'https://example.com/v1.8.1/k6-v1.8.1-linux-amd64.tar.gz',
  SC_K6_SHA256: '',
  ...more,
});

/** The environment file of a middleware node. */
export const middlewareNodeFile = (more: Partial<NodeEnvironment> = {}): string =>
  fileOf(middlewareNode(more));

const fileOf = (environment: NodeEnvironment): string =>
  Object.entries(environment)
    .map(([name, value]: [string, unknown]) => `${name}='${String(value)}'\n`)
    .join('');
