import type { NodeEnvironment } from '../../lib/aws/contract/node-environment.ts';

/** The environment that user data writes onto a serving node. */
export const nodeEnvironment: NodeEnvironment = {
  SC_DEPLOYMENT: 'test',
  SC_ROLE: 'serving',
  SC_PAIR: '1',
  SC_REGION: 'us-east-1',
  SC_BUCKET: 'bucket',
  SC_LOG_GROUP: 'logs',
  SC_RUNTIME: 'simulated',
  SC_SERVINGS: 'one,two',
  SC_PRICE_PER_HOUR: '0.7202',
  SC_MAX_HOURS: '4',
  SC_BOOTSTRAP_VERSION: 'v'.repeat(64),
  SC_COMMIT: '',
  SC_IMAGES: '{"one":"image@sha256:0"}',
  SC_ACCELERATOR: 'cpu',
  SC_SERVING_CORES: '4',
  SC_NVME: 'no',
  SC_REGISTRY: '',
  SC_WEIGHTS: 'random',
  SC_MODELS_URL: '',
};
