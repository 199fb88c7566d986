/**
 * A copy in the order least, greatest, middle, and then always the middle of what lies between two that came: what comes
 * late lies between two that came early, so that it can be left out where those two show that it tells nothing new.
 */
export const endsFirst = <Item>(ascending: readonly Item[]): Item[] => {
  const order = ascending.length > 1 ? [0, ascending.length - 1] : ascending.map((_, at) => at);
  let gaps: readonly (readonly [from: number, to: number])[] = [[0, ascending.length - 1]];
  while (gaps.length > 0) {
    gaps = gaps.flatMap(([from, to]): typeof gaps => {
      const middle = (from + to) >> 1;
      if (middle <= from) return [];
      order.push(middle);
      return [
        [from, middle],
        [middle, to],
      ];
    });
  }
  return order.flatMap((at) => ascending.slice(at, at + 1));
};
