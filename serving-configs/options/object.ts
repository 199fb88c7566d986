import { invalidValue, atKey, wrongValue, type Kind, type Wrong } from './kinds.ts';

/**
 * An object, given as JSON.
 *
 * @param kindOf returns the kind of a key's value; undefined if the key is unknown
 */
export const object = <Value extends object>(
  expected: string,
  kindOf: (key: string) => Pick<Kind<unknown>, 'wrong'> | undefined,
): Kind<Value> => {
  const wrong = (value: unknown): readonly Wrong[] =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.entries(value).flatMap(([key, entry]: [string, unknown]) =>
          atKey(key, kindOf(key)?.wrong(entry) ?? wrongValue(entry)),
        )
      : wrongValue(value);
  return {
    placeholder: 'JSON',
    expected,
    read(text) {
      let value: unknown;
      try {
        value = JSON.parse(text);
      } catch {
        // Refused below, like every value that is not an object.
      }
      const [first] = wrong(value);
      if (first === undefined) return value as Value;
      throw invalidValue(
        first.keyPath === ''
          ? `"${text}" is not valid`
          : `${first.keyPath.slice(1)} is ${JSON.stringify(first.value)}`,
        expected,
      );
    },
    write: (value) => JSON.stringify(value),
    wrong,
  };
};
