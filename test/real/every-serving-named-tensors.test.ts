import { describeNamedTensors } from './support/named-tensors.ts';

// These need the large environment of workers.
for (const serving of ['litserve', 'ray_serve'] as const) {
  describeNamedTensors(serving, 'mixed');
  describeNamedTensors(serving, 'detector');
}
