import { manifestOf, servingNames } from '../../../serving-configs/index.ts';
import type { Payload } from '../../../serving-configs/manifest.ts';
import { BenchError } from '../errors.ts';
import type { Path } from './cell.ts';
import type { PlanOptions } from './plan-options.ts';
import { profiles } from './profiles.ts';

/**
 * The paths of a plan, in the order of the manifests. Without options each serving takes part with the payloads of the
 * profile, each in its default encoding, over REST.
 * @throws BenchError `BENCH_NO_PATH` where a serving that was asked for has none of the payloads or encodings asked for.
 */
export const planPaths = (options: PlanOptions): readonly Path[] => {
  const { payloadsOf } = profiles[options.profile];
  if (options.protocols?.includes('grpc')) {
    throw new BenchError('BENCH_NO_PATH', 'No serving is reached over gRPC yet.', {
      hint: 'use --protocols rest',
    });
  }
  return (options.servings ?? servingNames).flatMap((serving) => {
    const manifest = manifestOf(serving);
    const offered = Object.keys(manifest.payloads) as Payload[];
    const payloads = options.payloads?.filter((payload) => offered.includes(payload));
    const paths = (payloads ?? payloadsOf(manifest)).flatMap((payload): Path[] => {
      const known = manifest.payloads[payload] ?? [];
      const encodings = options.encodings ?? known.slice(0, 1);
      return encodings
        .filter((encoding) => known.includes(encoding))
        .map((encoding) => ({ serving, protocol: 'rest', payload, encoding }));
    });
    if (paths.length === 0 && options.servings !== undefined) {
      const choices = offered.map(
        (payload) => `${payload} (${(manifest.payloads[payload] ?? []).join(', ')})`,
      );
      throw new BenchError('BENCH_NO_PATH', `${serving} takes none of what was asked for.`, {
        hint: `it takes ${choices.join('; ')}`,
      });
    }
    return paths;
  });
};
