import { portsOf } from '../../index.ts';
import type { ServingManifest } from '../../manifest.ts';

/**
 * Which port of this machine is asked for each port of a container, 0 for any free one: clients choose those of REST and
 * gRPC; health and metrics, where they are others, are nobody's business. Where one port serves both protocols, both get
 * the one of REST.
 */
export const askedPorts = (
  manifest: ServingManifest,
  { port, grpcPort }: { readonly port: number; readonly grpcPort: number },
): ReadonlyMap<number, number> =>
  new Map(
    portsOf(manifest).map((own) => {
      if (own === manifest.rest.port) return [own, port];
      return [own, own === manifest.grpc?.port ? grpcPort : 0];
    }),
  );
