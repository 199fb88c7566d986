const arrays = new Map<string, readonly unknown[]>();

const makeOnce = (name: string, make: () => unknown[]): readonly unknown[] => {
  const known = arrays.get(name);
  if (known !== undefined) return known;
  // k6 keeps each element as JSON.
  const made = Object.freeze(make().map((item) => JSON.parse(JSON.stringify(item)) as unknown));
  arrays.set(name, made);
  return made;
};

/** Made by the first virtual user that asks and shared by all; nobody can change it. */
export const SharedArray = function (name: string, make: () => unknown[]): readonly unknown[] {
  return makeOnce(name, make);
};
