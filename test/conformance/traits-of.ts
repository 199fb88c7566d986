import { platformOf, type ServingName } from '../../serving-configs/index.ts';
import type { PlatformTraits, Traits } from './traits.ts';

/** The traits of a serving, from the folder of its platform: a new one needs no line here. */
export const traitsOf = (serving: ServingName): Traits => {
  const file = `../serving-configs/platforms/${platformOf(serving)}/traits.ts`;
  // Which tests there are must be known at once.
  // oxlint-disable-next-line typescript/no-require-imports
  const { default: ofPlatform } = require(file) as { readonly default: PlatformTraits };
  const traits = ofPlatform[serving];
  if (traits === undefined) throw new Error(`${file} says nothing about ${serving}`);
  return traits;
};
