import { imageSourceOf } from '../../serving-configs/runtimes/docker/image-source.ts';
import { servingNames, type ServingName } from '../../serving-configs/index.ts';
import { describeServing } from '../conformance/describe-serving.ts';
import { traitsOf } from '../conformance/traits.ts';
import { containerTarget, containerTraits } from './container-target.ts';

/** Whether the image of a serving for CPUs is pulled or built; undefined if there is none. */
const kindOf = (serving: ServingName): 'pull' | 'build' | undefined =>
  imageSourceOf(serving, 'cpu', { images: {} })?.kind;

/** The servings that have a container for CPUs. */
export const containedServings = servingNames.filter((serving) => kindOf(serving) !== undefined);

/** Runs the conformance tests for all containers whose image is pulled, or for all whose image is built. */
export const describeContainers = (kind: 'pull' | 'build'): void => {
  for (const serving of containedServings.filter((name) => kindOf(name) === kind)) {
    describeServing(serving, containerTarget, containerTraits(traitsOf(serving)));
  }
};
