import { startEmulator, type Emulator } from '../support/emulator.ts';
import { createNodePair, SERVING_HOST, type NodePair } from './node-pair.ts';
import { openServingNode, type ServingNode } from './serving-node.ts';

export interface EmulatedPair {
  readonly emulator: Emulator;
  readonly servingNode: ServingNode;
  readonly pair: NodePair;
}

/** Creates a node pair before the tests of a file, clears its faults after each test, and removes it after the last. */
export const useNodePair = (onCreated: (emulated: EmulatedPair) => void): void => {
  let emulated: EmulatedPair | undefined;

  beforeAll(async () => {
    const servingNode = await openServingNode(SERVING_HOST);
    const emulator = await startEmulator({ exec: true });
    emulated = { emulator, servingNode, pair: await createNodePair(emulator, servingNode) };
    onCreated(emulated);
  });

  afterEach(async () => {
    if (emulated === undefined) return;
    const { emulator } = emulated;
    await emulator.set({ agentLost: '', deny: '', throttle: '', lag: 0, timeScale: 1 });
    await emulator.control('s3fail', []);
    await emulator.control('commands', []);
  });

  afterAll(async () => {
    await emulated?.emulator.stop();
    await emulated?.servingNode.close();
  });
};
