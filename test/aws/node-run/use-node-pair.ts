import { startEmulator, type Emulator } from '../support/emulator.ts';
import { createNodePair, SERVING_HOST, type NodePair } from './node-pair.ts';
import { openServingNode, type ServingNode } from './serving-node.ts';

/** A pair of nodes in an emulator, and what its serving node does. */
export interface EmulatedPair {
  readonly emulator: Emulator;
  readonly servingNode: ServingNode;
  readonly pair: NodePair;
}

/** Makes a pair before the tests of a file, takes its faults away after each test, and ends it after the last. */
export const useNodePair = (onMade: (made: EmulatedPair) => void): void => {
  let made: EmulatedPair | undefined;

  beforeAll(async () => {
    const servingNode = await openServingNode(SERVING_HOST);
    const emulator = await startEmulator({ exec: true });
    made = { emulator, servingNode, pair: await createNodePair(emulator, servingNode) };
    onMade(made);
  });

  afterEach(async () => {
    if (made === undefined) return;
    const { emulator } = made;
    await emulator.set({ agentLost: '', deny: '', throttle: '', lag: 0, timeScale: 1 });
    await emulator.control('s3fail', []);
    await emulator.control('commands', []);
  });

  afterAll(async () => {
    await made?.emulator.stop();
    await made?.servingNode.close();
  });
};
