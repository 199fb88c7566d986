import { imageSourceOf } from '../../serving-configs/runtimes/docker/image-source.ts';
import { servingNames, type ServingName } from '../../serving-configs/index.ts';
import { describeServing } from '../conformance/describe-serving.ts';
import { traitsOf } from '../conformance/traits.ts';
import { containerTarget, containerTraits } from './container-target.ts';

/** How the image of a serving comes about on a CPU; undefined where it has none. */
const kindOf = (serving: ServingName): 'pull' | 'build' | undefined =>
  imageSourceOf(serving, 'cpu', { images: {} })?.kind;

/** All that have a container on a CPU. */
export const containedServings = servingNames.filter((serving) => kindOf(serving) !== undefined);

/** What every container must show whose image is pulled, or built. */
export const describeContainers = (kind: 'pull' | 'build'): void => {
  for (const serving of containedServings.filter((one) => kindOf(one) === kind)) {
    describeServing(serving, containerTarget, containerTraits(traitsOf(serving)));
  }
};
