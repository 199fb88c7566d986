import { giving, inside, itself, type Kind, type Wrong } from './kinds.ts';

/**
 * An object, as JSON.
 *
 * @param kindOf the kind of the value below a key; undefined: there is no such key
 */
export const object = <Value extends object>(
  expected: string,
  kindOf: (key: string) => Pick<Kind<unknown>, 'wrong'> | undefined,
): Kind<Value> => {
  const wrong = (value: unknown): readonly Wrong[] =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.entries(value).flatMap(([key, one]: [string, unknown]) =>
          inside(key, kindOf(key)?.wrong(one) ?? itself(one)),
        )
      : itself(value);
  return {
    placeholder: 'JSON',
    expected,
    read(given) {
      let value: unknown;
      try {
        value = JSON.parse(given);
      } catch {
        // Refused below, as other values that are not objects.
      }
      const [first] = wrong(value);
      if (first === undefined) return value as Value;
      throw giving(
        first.place === ''
          ? `"${given}" does not fit`
          : `${first.place.slice(1)} is ${JSON.stringify(first.value)}`,
        expected,
      );
    },
    write: (value) => JSON.stringify(value),
    wrong,
  };
};
