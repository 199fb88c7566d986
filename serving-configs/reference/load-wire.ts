import { manifestOf, platformOf, type ServingName } from '../index.ts';
import type { GrpcWire, GrpcWireFactory } from '../protocols/grpc-wire.ts';
import type { Wire, WireFactory } from '../protocols/wire.ts';

/** The wire of a serving, from the folder of its platform: a new platform needs no line here. */
export const loadWire = async (serving: ServingName): Promise<Wire> => {
  const module = (await import(`../platforms/${platformOf(serving)}/wire.ts`)) as {
    readonly default: WireFactory;
  };
  return module.default(manifestOf(serving));
};

/** The same for gRPC; undefined where the serving does not speak it. */
export const loadGrpcWire = async (serving: ServingName): Promise<GrpcWire | undefined> => {
  const manifest = manifestOf(serving);
  if (manifest.grpc === undefined) return undefined;
  const module = (await import(`../platforms/${platformOf(serving)}/grpc-wire.ts`)) as {
    readonly default: GrpcWireFactory;
  };
  return module.default(manifest);
};
