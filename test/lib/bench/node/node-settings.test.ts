import { readNodeSettings } from '../../../../lib/bench/node/node-settings.ts';
import { servingNames } from '../../../../serving-configs/index.ts';
import { nodeVariables } from './node-variables.ts';

const messageOf = (env: Readonly<Record<string, string>>): string => {
  try {
    readNodeSettings(env);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('it was accepted');
};

describe('the settings of a node', () => {
  it('are read from its variables', () => {
    expect(readNodeSettings(nodeVariables)).toMatchObject({
      deployment: 'study',
      pair: 2,
      bucket: 'results',
      runtime: 'container',
      servings: servingNames,
      pricePerHourUsd: 0.72,
      documents: { StartServing: 'start', StopServing: 'stop', InspectServing: 'inspect' },
    });
  });

  it('are complete without a price, which is not known for every region and type', () => {
    expect(readNodeSettings({ ...nodeVariables, SC_PRICE_PER_HOUR: '' })).toMatchObject({
      pricePerHourUsd: undefined,
    });
  });

  it('name everything that is missing at once', () => {
    const { SC_BUCKET: _, SC_SERVING_HOST: __, ...rest } = nodeVariables;

    expect(messageOf({ ...rest, SC_REGION: '' })).toBe(
      'SC_REGION is not set\nSC_BUCKET is not set\nSC_SERVING_HOST is not set',
    );
  });

  it('name everything that is wrong at once', () => {
    const message = messageOf({
      ...nodeVariables,
      SC_ROLE: 'serving',
      SC_PAIR: '0',
      SC_RUNTIME: 'venv',
      SC_SERVINGS: 'nothing',
      SC_PRICE_PER_HOUR: 'much',
    });

    expect(message.split('\n').map((line) => line.split(':')[0])).toEqual([
      'SC_ROLE',
      'SC_PAIR',
      'SC_RUNTIME',
      'SC_SERVINGS',
      'SC_PRICE_PER_HOUR',
    ]);
  });
});
