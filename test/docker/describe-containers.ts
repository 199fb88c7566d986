import { imageSourceOf } from '../../serving-configs/runtimes/docker/image-source.ts';
import { platformOf, servingNames, type ServingName } from '../../serving-configs/index.ts';
import { describeServing } from '../conformance/describe-serving.ts';
import type { Traits } from '../conformance/traits.ts';
import { containerTarget, containerTraits } from './container-target.ts';

/** How the image of a serving comes about on a CPU; undefined where it has none. */
const kindOf = (serving: ServingName): 'pull' | 'build' | undefined =>
  imageSourceOf(serving, 'cpu', { images: {} })?.kind;

/** All that have a container on a CPU. */
export const containedServings = servingNames.filter((serving) => kindOf(serving) !== undefined);

/** `triton_onnx` as `tritonOnnx`. */
const exportOf = (serving: ServingName): string =>
  serving.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

const traitsOf = (serving: ServingName): Traits => {
  const file = `../serving-configs/platforms/${platformOf(serving)}/traits.ts`;
  // Which tests there are must be known at once.
  // oxlint-disable-next-line typescript/no-require-imports
  const exported = require(file) as Readonly<Record<string, Traits>>;
  const traits = exported[exportOf(serving)];
  if (traits === undefined) throw new Error(`${file} has no ${exportOf(serving)}`);
  return traits;
};

/** What every container must show whose image is pulled, or built. */
export const describeContainers = (kind: 'pull' | 'build'): void => {
  for (const serving of containedServings.filter((one) => kindOf(one) === kind)) {
    describeServing(serving, containerTarget, containerTraits(traitsOf(serving)));
  }
};
