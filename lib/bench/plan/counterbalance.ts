/**
 * Orders for one repeat after the other, in couples: the first of a couple is drawn, the second is its mirror image. What
 * changes steadily over a couple, as a machine that grows warm, then favours in the second repeat whom it harmed in the
 * first, so that it cancels in the mean of both and shows in their scatter (A B B A, as in weighing). Orders that are all
 * drawn do not do that: three repeats of two targets have them three times in the same order in a quarter of all plans, where
 * a steady drift looks like a sure difference. `simulation.test.ts` of the verdicts has the figures of both.
 *
 * What it cannot undo is a disturbance that comes back after exactly two repeats, with its height where a couple is mirrored.
 *
 * @param draw an order, another one each time
 * @param mirror of one item, where it has an order inside
 */
export const counterbalanced = <Item>(
  repeats: number,
  draw: () => readonly Item[],
  mirror: (item: Item) => Item = (item) => item,
): readonly (readonly Item[])[] => {
  const orders: (readonly Item[])[] = [];
  for (let repeat = 1; repeat <= repeats; repeat += 1) {
    const before = orders.at(-1);
    const isSecond = repeat % 2 === 0 && before !== undefined;
    orders.push(isSecond ? before.toReversed().map(mirror) : draw());
  }
  return orders;
};
