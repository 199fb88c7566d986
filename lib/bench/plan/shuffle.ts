/** A copy in another order, each order as likely as any other: Fisher–Yates with numbers of [0, 1) from `random`. */
export const shuffle = <T>(items: readonly T[], random: () => number): readonly T[] => {
  const shuffled = [...items];
  for (let last = shuffled.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    const [kept, moved] = [shuffled[last], shuffled[other]];
    if (kept === undefined || moved === undefined) continue;
    shuffled[last] = moved;
    shuffled[other] = kept;
  }
  return shuffled;
};
