import { servingNames } from '../../../serving-configs/index.ts';
import { ENCODINGS, PAYLOADS, PROTOCOLS } from '../../../serving-configs/manifest.ts';
import { offeredLoad, type Cell, type Level, type Path } from '../model/cell.ts';

const loopRank = (level: Level): number =>
  level.loop === 'closed' ? 0 : level.arrivals === 'constant' ? 1 : 2;

const pathRanks = (path: Path): number[] => [
  servingNames.indexOf(path.serving),
  PROTOCOLS.indexOf(path.protocol),
  PAYLOADS.indexOf(path.payload),
  ENCODINGS.indexOf(path.encoding),
];

const compareRanks = (a: readonly number[], b: readonly number[]): number => {
  for (const [index, rank] of a.entries()) {
    const difference = rank - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
};

/** Paths as the manifests list their servings, then by protocol, payload and encoding. */
export const comparePaths = (a: Path, b: Path): number => compareRanks(pathRanks(a), pathRanks(b));

const cellRanks = ({ path, engine, scenario, level }: Cell): number[] => [
  // Ceilings follow what they are ceilings of.
  engine === 'null' ? 1 : 0,
  ...pathRanks(path),
  scenario === 'cold' ? 0 : 1,
  loopRank(level),
  offeredLoad(level),
];

/**
 * Measured cells before ceilings; then by path, scenario and level, whatever the order in which they ran; repeats stay in
 * their order.
 */
export const inRowOrder = (cells: readonly Cell[]): readonly Cell[] =>
  cells
    .map((cell) => ({ cell, ranks: cellRanks(cell) }))
    .toSorted((a, b) => compareRanks(a.ranks, b.ranks))
    .map(({ cell }) => cell);
