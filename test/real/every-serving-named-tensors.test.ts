import { describeNamedTensors } from './support/named-tensors.ts';

/** Those whose environment takes much space. */
for (const serving of ['litserve', 'ray_serve'] as const) describeNamedTensors(serving, 'mixed');
