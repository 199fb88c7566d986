import { manifestOf, platformOf, type ServingName } from '../index.ts';
import type { Wire, WireFactory } from '../wire.ts';

/** The wire of a serving, from the folder of its platform: a new platform needs no line here. */
export const loadWire = async (serving: ServingName): Promise<Wire> => {
  const module = (await import(`../${platformOf(serving)}/wire.ts`)) as {
    readonly default: WireFactory;
  };
  return module.default(manifestOf(serving));
};
