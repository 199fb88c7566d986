import { optionGroups, optionNames, options, type OptionName } from './options.ts';
import type { Option } from '../../serving-configs/options/command.ts';

/** Options as single values, as `-c pairs=3` gives them: text, or already a value where a file of CDK held them. */
export type ContextValues = Readonly<Record<string, unknown>>;

const fromJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // The check of the option says what would do.
    return text;
  }
};

/** A value of the kind that the option takes, or the text as it was where it is none. */
const valueOf = (name: OptionName, text: string): unknown => {
  const { kind }: Option = options[name];
  if (kind.joinedBy !== undefined && text === '') return [];
  if (/^[[{]/.test(text)) return fromJson(text);
  try {
    return kind.read(text);
  } catch {
    // The check of the option says what would do.
    return text;
  }
};

/** Names of our options are letters, with a dot inside a group; keys of CDK itself have colons, hyphens or slashes. */
const looksLikeOption = (key: string): boolean => /^[A-Za-z0-9.]+$/.test(key) && key !== 'config';

/** The object that these values say, in the shape of the file. Keys that belong to CDK are left out. */
export const fromContextValues = (values: ContextValues): Readonly<Record<string, unknown>> => {
  const input: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(values)) {
    if (!looksLikeOption(key) || value === undefined) continue;
    const name = optionNames.find((known) => known === key);
    if (typeof value !== 'string') input[key] = value;
    else if (name !== undefined) input[key] = valueOf(name, value);
    else input[key] = optionGroups.includes(key) ? fromJson(value) : value;
  }
  return input;
};
