/** Shares of words: `lost` became undecided, `gained` were undecided, `contradicted` say another thing. */
export interface WordChanges {
  readonly words: number;
  readonly same: number;
  readonly lost: number;
  readonly gained: number;
  readonly contradicted: number;
}

/** How the words of a run that stopped early compare with those of the full one, by their keys. */
export const wordChanges = (
  early: ReadonlyMap<string, string>,
  full: ReadonlyMap<string, string>,
): WordChanges => {
  const kinds = [...early].map(([key, word]) => {
    const before = full.get(key);
    if (before === word) return 'same';
    if (word === 'undecided') return 'lost';
    return before === 'undecided' ? 'gained' : 'contradicted';
  });
  const share = (kind: string): number =>
    kinds.filter((one) => one === kind).length / Math.max(1, kinds.length);
  return {
    words: kinds.length,
    same: share('same'),
    lost: share('lost'),
    gained: share('gained'),
    contradicted: share('contradicted'),
  };
};

const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;

/** The same in one line. */
export const wordChangesText = ({ words, same, lost, gained, contradicted }: WordChanges): string =>
  `${words.toFixed(0)}: ${percent(same)} the same, ${percent(lost)} undecided instead, ${percent(gained)} decided instead, ${percent(contradicted)} another word`;
