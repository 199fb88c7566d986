import { servingNames } from '../../../../serving-configs/index.ts';

export const firstServing: string = servingNames[0] ?? '';

/** The environment of a runner on a middleware node. */
export const nodeVariables: Readonly<Record<string, string>> = {
  SC_DEPLOYMENT: 'study',
  SC_ROLE: 'middleware',
  SC_PAIR: '2',
  SC_REGION: 'us-east-1',
  SC_AVAILABILITY_ZONE: 'us-east-1b',
  SC_BUCKET: 'results',
  SC_RUNTIME: 'container',
  SC_SERVINGS: servingNames.join(','),
  SC_PRICE_PER_HOUR: '0.72',
  SC_BOOTSTRAP_VERSION: 'a'.repeat(64),
  SC_COMMIT: 'c'.repeat(40),
  SC_IMAGES: JSON.stringify({ [firstServing]: 'name@sha256:aa', other: 'other@sha256:bb' }),
  SC_SERVING_HOST: '10.0.0.7',
  SC_SERVING_INSTANCE: 'i-0123456789abcdef0',
  SC_DOCUMENTS: JSON.stringify({
    StartServing: 'start',
    StopServing: 'stop',
    InspectServing: 'inspect',
    DisturbServing: 'disturb',
    EndNode: 'end',
  }),
};
