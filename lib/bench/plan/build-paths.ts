import { manifestOf, type ServingName } from '../../../serving-configs/index.ts';
import type {
  Encoding,
  Payload,
  Protocol,
  ServingManifest,
} from '../../../serving-configs/manifest.ts';
import { BenchError } from '../errors.ts';
import type { Path } from './cell.ts';
import type { PlanOptions } from './plan-options.ts';
import { profiles } from './profiles.ts';

const speaks = (manifest: ServingManifest, protocol: Protocol): boolean =>
  manifest[protocol] !== undefined;

const encodingsFor = (
  manifest: ServingManifest,
  payload: Payload,
  wanted: readonly Encoding[] | undefined,
): readonly Encoding[] => {
  const known: readonly Encoding[] = manifest.payloads[payload] ?? [];
  return wanted === undefined ? known.slice(0, 1) : known.filter((one) => wanted.includes(one));
};

const takenBy = (serving: ServingName): string => {
  const manifest = manifestOf(serving);
  const payloads = Object.entries(manifest.payloads)
    .map(([payload, encodings]) => `${payload} (${encodings.join(', ')})`)
    .join(', ');
  const protocols = (['rest', 'grpc'] as const).filter((protocol) => speaks(manifest, protocol));
  return `${serving} speaks ${protocols.join(' and ')} and takes ${payloads}`;
};

const pathsOf = (serving: ServingName, options: PlanOptions): Path[] => {
  const manifest = manifestOf(serving);
  const payloads = options.payloads ?? profiles[options.profile].payloadsOf(manifest);
  return options.protocols
    .filter((protocol) => speaks(manifest, protocol))
    .flatMap((protocol) =>
      payloads.flatMap((payload) =>
        encodingsFor(manifest, payload, options.encodings).map((encoding) => ({
          serving,
          protocol,
          payload,
          encoding,
        })),
      ),
    );
};

/**
 * The paths of a plan. A serving without a fitting one is left out where all servings were meant.
 *
 * @param strict whether the servings were named one by one, so that each must take part
 * @throws BenchError where no path is left, or none of a serving that must take part.
 */
export const buildPaths = (options: PlanOptions, strict: boolean): readonly Path[] => {
  const paths = options.servings.flatMap((serving) => {
    const own = pathsOf(serving, options);
    if (own.length === 0 && strict) {
      throw new BenchError('BENCH_NO_PATH', `no path of ${serving} fits these options`, {
        hint: takenBy(serving),
      });
    }
    return own;
  });
  if (paths.length === 0) {
    throw new BenchError('BENCH_NO_PATH', 'no serving has a path that fits these options', {
      hint: '"bench servings" lists protocols, payloads and encodings',
    });
  }
  return paths;
};
