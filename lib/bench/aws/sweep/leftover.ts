/** Something of a deployment that still exists. */
export interface Leftover {
  /** What it is, e.g. `instance`. */
  readonly kind: string;
  /** Id or name. */
  readonly id: string;
  /** By what it was found. */
  readonly foundBy: 'stack' | 'tag' | 'service';
  /** US dollars an hour by list price, where it is known to cost something; undefined where it is not known. */
  readonly usdPerHour?: number;
  /** What is known beside, e.g. the state. */
  readonly note?: string;
  /** The command that removes it. */
  readonly remove: string;
}

/** In which order things can be deleted: what others hang on comes last. */
const ORDER = [
  'stack',
  'instance',
  'spot-instances-request',
  'volume',
  'elastic-ip',
  'network-interface',
  'vpc-endpoint',
  'launch-template',
  'placement-group',
  'security-group',
  'subnet',
  'route-table',
  'internet-gateway',
  'vpc',
  'bucket',
  'log-group',
  'document',
  'instance-profile',
  'role',
  'policy',
];

const placeOf = ({ kind }: Leftover): number => {
  const place = ORDER.indexOf(kind);
  return place === -1 ? ORDER.length : place;
};

/** Each thing once, however often it was found, in the order in which it can be removed. Pure. */
export const uniqueLeftovers = (leftovers: readonly Leftover[]): readonly Leftover[] => {
  const found = new Map<string, Leftover>();
  for (const leftover of leftovers) {
    const key = `${leftover.kind} ${leftover.id}`;
    const before = found.get(key);
    // What a service says of it is more than its bare tag.
    if (before === undefined || before.foundBy === 'tag') found.set(key, leftover);
  }
  return [...found.values()].toSorted((a, b) => placeOf(a) - placeOf(b));
};
