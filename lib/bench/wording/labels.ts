import { manifestOf } from '../../../serving-configs/index.ts';
import { pathId, type Level, type Path } from '../model/cell.ts';
import type { Plan } from '../model/plan.ts';
import { PROTOCOL_WORDS } from './protocol-words.ts';

const distinct = (values: readonly string[]): number => new Set(values).size;

/** The serving's title; where a peer stood for the platform, it says so wherever a figure of it is read. */
const titleOf = ({ serving }: Path, { served }: Pick<Plan, 'served'>): string => {
  const { title } = manifestOf(serving);
  return served?.[serving]?.real === false ? `${title} (peer)` : title;
};

/**
 * Names of paths for people, by path id: the serving's title, with the protocol, payload and encoding where the serving
 * takes part with several of them.
 *
 * @param plan says what answered; without it the platforms themselves or the reference serving
 */
export const pathLabels = (
  all: readonly Path[],
  plan: Pick<Plan, 'served'> = {},
): ReadonlyMap<string, string> => {
  const labels = new Map<string, string>();
  // A run has some paths in thousands of rows.
  const paths = [...new Map(all.map((path) => [pathId(path), path])).values()];
  for (const path of paths) {
    const siblings = paths.filter((other) => other.serving === path.serving);
    const details: string[] = [];
    if (distinct(siblings.map((other) => other.protocol)) > 1)
      details.push(PROTOCOL_WORDS[path.protocol]);
    // A serving may write the same payload in another way over each protocol, which then says it already.
    const ofProtocol = siblings.filter((other) => other.protocol === path.protocol);
    if (distinct(ofProtocol.map((other) => `${other.payload} ${other.encoding}`)) > 1) {
      details.push(path.payload, path.encoding);
    }
    const title = titleOf(path, plan);
    labels.set(pathId(path), details.length === 0 ? title : `${title}, ${details.join(' ')}`);
  }
  return labels;
};

/** What crosses to the serving, and how: `gRPC tensor raw`. */
export const wireLabel = ({ protocol, payload, encoding }: Path): string =>
  `${PROTOCOL_WORDS[protocol]} ${payload} ${encoding}`;

/** `10 VUs`, `50/s Poisson`. */
export const levelLabel = (level: Level): string => {
  if (level.loop === 'closed')
    return level.virtualUsers === 1 ? '1 VU' : `${level.virtualUsers} VUs`;
  return `${level.ratePerSecond}/s ${level.arrivals === 'poisson' ? 'Poisson' : 'constant'}`;
};
