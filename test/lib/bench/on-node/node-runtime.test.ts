import { documents } from '../../../../lib/aws/contract/documents/index.ts';
import { createNodeSystem } from '../../../../lib/bench/on-node/node-runtime.ts';
import type { ServingCommands } from '../../../../lib/bench/on-node/serving-commands.ts';
import type { SystemUnderTest } from '../../../../lib/bench/run/servings/system-under-test.ts';

const SETTINGS = { instances: 2, threads: 1, maxBatch: 8, batchDelayMs: 0.5 };

/** What the document that starts a serving gets. */
const sentBy = async (
  start: (system: SystemUnderTest, signal: AbortSignal) => Promise<unknown>,
): Promise<Readonly<Record<string, string>>> => {
  let sent: Readonly<Record<string, string>> = {};
  const commands: ServingCommands = {
    run: (_, parameters) => {
      sent = parameters;
      return Promise.resolve({ runtime: 'simulated', timeToReadyMs: 1 } as never);
    },
  };
  const system = createNodeSystem(commands, {
    host: '10.0.0.7',
    servings: ['tfserving'],
    model: { kind: 'built', name: 'resnet-50', parameters: {} },
    options: { delayMs: 6, delayPerInputMs: 2 },
  });
  await start(system, new AbortController().signal);
  return sent;
};

describe('the command that starts a serving on its node', () => {
  it.each([
    ['onnx', { serving: 'tfserving' }, {}],
    ['onnx', { serving: 'tfserving', settings: 'default' }, { Settings: 'default' }],
    ['onnx', { serving: 'tfserving', settings: SETTINGS }, { Settings: 'i2-t1-b8-d0.5' }],
    ['noop', { serving: 'tfserving', settings: SETTINGS }, {}],
    [
      'delay',
      { serving: 'tfserving', settings: SETTINGS },
      { Settings: 'i2-t1-b8-d0.5', DelayMs: '6', DelayPerInputMs: '2' },
    ],
  ] as const)('names the settings, with the engine %s of %j', async (engine, serving, named) => {
    const sent = await sentBy((system, signal) => system.start(serving, engine, signal));
    const { parameters } = documents.StartServing;

    expect(sent).toEqual({ Serving: 'tfserving', Engine: engine, ...named });
    for (const [name, value] of Object.entries(sent)) {
      const { allowedPattern } = parameters[name as keyof typeof parameters];
      expect(value).toMatch(new RegExp(allowedPattern));
    }
  });
});
