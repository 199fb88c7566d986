import { platformOf, type ServingName } from '../../serving-configs/index.ts';
import type { PlatformTraits, Traits } from './traits.ts';

/** The traits of a serving, from the folder of its platform's tests: a new platform needs no line here. */
export const traitsOf = (serving: ServingName): Traits => {
  const file = `../serving-configs/platforms/${platformOf(serving)}/traits.ts`;
  const traits = jest.requireActual<{ readonly default: PlatformTraits }>(file).default[serving];
  if (traits === undefined) throw new Error(`${file} says nothing about ${serving}`);
  return traits;
};
