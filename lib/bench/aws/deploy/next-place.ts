import { pairConfigOf, type Config, type PairConfig } from '../../../config.ts';

/** Where a pair was tried already. */
export type TriedPlaces = ReadonlySet<string>;

export const placeId = ({ availabilityZone, spot }: PairConfig): string =>
  `${availabilityZone} ${spot}`;

/**
 * Where to try a pair next, after there was no capacity where it was: first all zones in the way in which it is to be bought,
 * then, where spot capacity is only preferred, all of them on demand. Undefined where everything was tried. Pure.
 */
export const nextPlace = (
  config: Config,
  pair: number,
  tried: TriedPlaces,
): PairConfig | undefined => {
  const wanted = pairConfigOf(config, pair);
  const zones = [
    ...new Set([
      wanted.availabilityZone,
      config.availabilityZone,
      ...config.otherAvailabilityZones,
    ]),
  ];
  const ways = wanted.spot === 'prefer' ? (['prefer', 'off'] as const) : [wanted.spot];
  return ways
    .flatMap((spot) => zones.map((availabilityZone) => ({ availabilityZone, spot })))
    .find((place) => !tried.has(placeId(place)));
};

/** What has to be said about a pair so that it is made in a place; nothing where that holds anyway. Pure. */
export const overrideFor = (
  { availabilityZone, spot }: Pick<Config, 'availabilityZone' | 'spot'>,
  place: PairConfig,
): Config['pairOverrides'][string] => ({
  ...(place.availabilityZone === availabilityZone
    ? {}
    : { availabilityZone: place.availabilityZone }),
  ...(place.spot === spot ? {} : { spot: place.spot }),
});
