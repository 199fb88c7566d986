import { suggest } from '../../serving-configs/options/suggest.ts';
import type { Option } from '../../serving-configs/options/command.ts';
import { optionGroups, optionNames, options, type OptionName } from './options.ts';

/** What was said about each option, unchecked. */
export type SaidOptions = Readonly<Partial<Record<OptionName, unknown>>>;

const isOptionName = (name: string): name is OptionName => Object.hasOwn(options, name);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const quoted = (value: unknown): string => JSON.stringify(value) ?? String(value);

const unknownName = (name: string): string => {
  const near =
    suggest(name, [...optionNames, ...optionGroups]) ??
    // The last part alone, as in "version" for "k6.version".
    optionNames.find((known) => known.split('.')[1] === name);
  return `there is no option ${name}${near === undefined ? '' : `: did you mean ${near}?`}`;
};

/** What is wrong with a value, with the places inside it where it is a list or an object. */
const valueProblems = (name: OptionName, value: unknown): readonly string[] => {
  const { kind }: Option = options[name];
  return kind
    .wrong(value)
    .map((wrong) => `${name}${wrong.place} is ${quoted(wrong.value)}: give ${kind.expected}`);
};

/** The options of one object, groups resolved to names with a dot; and the names that do not exist. */
const flattened = (
  input: Readonly<Record<string, unknown>>,
): { readonly said: Record<string, unknown>; readonly problems: readonly string[] } => {
  const said: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const [name, value] of Object.entries(input)) {
    if (isOptionName(name)) {
      said[name] = value;
    } else if (!optionGroups.includes(name)) {
      problems.push(unknownName(name));
    } else if (isObject(value)) {
      for (const [inner, innerValue] of Object.entries(value)) {
        if (isOptionName(`${name}.${inner}`)) said[`${name}.${inner}`] = innerValue;
        else problems.push(unknownName(`${name}.${inner}`));
      }
    } else {
      const parts = optionNames.filter((known) => known.startsWith(`${name}.`));
      problems.push(
        `${name} is ${quoted(value)}: give an object of ${parts.map((part) => part.slice(name.length + 1)).join(', ')}`,
      );
    }
  }
  return { said, problems };
};

/**
 * Everything that is said in one object, and everything that is wrong with it by itself: names that do not exist, values
 * that an option does not take. What has a wrong value is in `wrong` and not in `said`.
 */
export const saidOptions = (
  input: unknown,
): {
  readonly said: SaidOptions;
  readonly wrong: readonly OptionName[];
  readonly problems: readonly string[];
} => {
  if (!isObject(input)) {
    return { said: {}, wrong: [], problems: [`it is ${quoted(input)}: give an object of options`] };
  }
  const { said, problems } = flattened(input);
  const found = optionNames.flatMap((name) => {
    const sentences = Object.hasOwn(said, name) ? valueProblems(name, said[name]) : [];
    return sentences.length === 0 ? [] : [{ name, sentences }];
  });
  const wrong = found.map(({ name }) => name);
  return {
    said: Object.fromEntries(
      Object.entries(said).filter(([name]) => !wrong.some((other) => other === name)),
    ),
    wrong,
    problems: [...problems, ...found.flatMap(({ sentences }) => sentences)],
  };
};
