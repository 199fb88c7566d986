import { manifestOf, servingNames } from '../../../serving-configs/index.ts';
import { onnxFileIn } from '../../../serving-configs/runtimes/docker/container-models.ts';
import type { ServingRuntime } from '../../deployment/node-environment.ts';
import type { LeftOut } from '../model/plan.ts';

/** The servings that take no user's model with the runtime of node pairs. Pure. */
export const closedContainers = (runtime: ServingRuntime): readonly LeftOut[] =>
  runtime === 'simulated'
    ? []
    : servingNames.flatMap((serving): readonly LeftOut[] => {
        const { container } = manifestOf(serving);
        const isOpen = container !== undefined && onnxFileIn(container) !== undefined;
        return isOpen ? [] : [{ serving, reason: 'its container reads no ONNX file' }];
      });
