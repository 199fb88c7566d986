import { readNodeSettings } from '../../../../lib/bench/node/node-settings.ts';
import { servingNames } from '../../../../serving-configs/index.ts';
import { nodeVariables } from './node-variables.ts';

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

  it('are refused on any other machine', () => {
    for (const other of [{}, { ...nodeVariables, SC_ROLE: 'serving' }]) {
      expect(() => readNodeSettings(other)).toThrow('this machine is no middleware node');
    }
  });
});
