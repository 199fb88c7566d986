import { readFile } from 'node:fs/promises';
import { Check } from 'typebox/schema';
import { CST, Parser, YAMLParseError, parse } from 'yaml';
import { object, type Properties, type Schema } from '../../../serving-configs/schema.ts';
import { fileErrorText, type BenchError } from '../model/errors.ts';
import { nameHint, type ErrorOf } from './model-errors.ts';

/** A file that people write. */
export interface WrittenFile {
  /** Its path. */
  readonly file: string;
  /** What it is, as a whole: `the description`. */
  readonly what: string;
  readonly errorOf: ErrorOf;
}

/** People write this file, so a key that it does not know is an error. */
export const closed = <const P extends Properties>(properties: P, description?: string) =>
  object(properties, description, { additionalProperties: false });

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The keys that people write. */
const keysOf = (properties: Properties): readonly string[] =>
  Object.keys(properties).filter((key) => key !== '$schema');

/** What to give for a key. */
const remedyOf = ({ errorMessage = 'correct it', type, properties = {} }: Schema): string => {
  if (type !== 'object') return errorMessage;
  const keys = keysOf(properties);
  return `give ${keys.length === 0 ? 'values by name' : `keys: ${keys.join(', ')}`}`;
};

/** The error for a value that does not fit. */
export const wrongValue = (
  { file, errorOf }: WrittenFile,
  keyPath: string,
  value: unknown,
  schema: Schema,
): BenchError => errorOf(`${file}: ${keyPath} is ${JSON.stringify(value)}`, remedyOf(schema));

/** @throws BenchError on the first key that is unknown or missing, or whose value does not fit */
export const assertFits = (
  value: unknown,
  schema: Schema,
  keyPath: string,
  written: WrittenFile,
): void => {
  const { file, what, errorOf } = written;
  const { properties = {}, required = [], additionalProperties } = schema;
  if (schema.type !== 'object') {
    if (!Check(schema, value)) throw wrongValue(written, keyPath, value, schema);
    return;
  }
  if (!isObject(value)) {
    throw wrongValue(written, keyPath === '' ? what : keyPath, value, schema);
  }
  const pathOf = (key: string): string => (keyPath === '' ? key : `${keyPath}.${key}`);
  for (const [key, child] of Object.entries(value)) {
    const known = Object.hasOwn(properties, key) ? properties[key] : additionalProperties;
    if (known === undefined || known === false) {
      throw errorOf(`${file}: there is no key "${pathOf(key)}"`, nameHint(key, keysOf(properties)));
    }
    assertFits(child, known, pathOf(key), written);
  }
  for (const key of required) {
    const { [key]: missing } = properties;
    if (missing === undefined || Object.hasOwn(value, key)) continue;
    // Names the first key below it that must be there.
    if (missing.required !== undefined) assertFits({}, missing, pathOf(key), written);
    throw errorOf(`${file} lacks ${pathOf(key)}`, `${remedyOf(missing)}: ${pathOf(key)}`);
  }
};

/** Number of the line with the last bracket that is never closed; undefined if there is none. */
const unclosedLine = (yaml: string): number | undefined => {
  let offset: number | undefined;
  for (const token of new Parser().parse(yaml)) {
    if (token.type !== 'document') continue;
    CST.visit(token, ({ value }) => {
      if (value?.type === 'flow-collection' && value.end.length === 0) ({ offset } = value);
    });
  }
  return offset === undefined ? undefined : yaml.slice(0, offset).split('\n').length;
};

const notYaml = (
  { file, errorOf }: WrittenFile,
  yaml: string,
  error: YAMLParseError,
): BenchError => {
  const line = unclosedLine(yaml);
  const [problem = ''] = error.message.split('\n');
  return errorOf(
    `${file} is not YAML: ${line === undefined ? problem.replace(/:$/, '') : `a bracket of line ${line} is not closed`}`,
    'correct that line',
    error,
  );
};

/**
 * Reads a file that people write, in YAML or JSON.
 *
 * @param hint what to do if there is none
 * @throws BenchError if it cannot be read, or is not YAML
 */
export const readYaml = async (written: WrittenFile, hint: string): Promise<unknown> => {
  const { file, errorOf } = written;
  let yaml = '';
  try {
    yaml = await readFile(file, 'utf8');
    return parse(yaml, { logLevel: 'error' });
  } catch (error) {
    if (error instanceof YAMLParseError) throw notYaml(written, yaml, error);
    throw errorOf(fileErrorText(file, error), hint, error);
  }
};
