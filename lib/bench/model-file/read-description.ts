import { readFile } from 'node:fs/promises';
import { Check } from 'typebox/schema';
import { CST, Parser, YAMLParseError, parse } from 'yaml';
import type { Schema, Static } from '../../../serving-configs/schema.ts';
import { shellWord } from '../../../serving-configs/options/shell-word.ts';
import { fileErrorText, type BenchError } from '../model/errors.ts';
import {
  expandedSchema,
  rangeSchema,
  type DescribedInputs,
  type ReadDescription,
} from './description.ts';
import { descriptionError, nameHint } from './model-errors.ts';

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const wrongValue = (
  file: string,
  keyPath: string,
  value: unknown,
  { errorMessage = 'correct it' }: Schema,
): BenchError => descriptionError(`${file}: ${keyPath} is ${JSON.stringify(value)}`, errorMessage);

/** @throws BenchError `BENCH_DESCRIPTION` on the first key that is unknown or whose value does not fit */
const assertFits = (value: unknown, schema: Schema, keyPath: string, file: string): void => {
  const { properties = {}, additionalProperties } = schema;
  if (schema.type !== 'object') {
    if (!Check(schema, value)) throw wrongValue(file, keyPath, value, schema);
    return;
  }
  const keys = Object.keys(properties).filter((key) => key !== '$schema');
  if (!isObject(value)) {
    throw descriptionError(
      `${file}: ${keyPath === '' ? 'the description' : keyPath} is ${JSON.stringify(value)}`,
      `give ${keys.length === 0 ? 'values by name' : `keys: ${keys.join(', ')}`}`,
    );
  }
  for (const [key, child] of Object.entries(value)) {
    const known = Object.hasOwn(properties, key) ? properties[key] : additionalProperties;
    const childPath = keyPath === '' ? key : `${keyPath}.${key}`;
    if (known === undefined || known === false) {
      throw descriptionError(`${file}: there is no key "${childPath}"`, nameHint(key, keys));
    }
    assertFits(child, known, childPath, file);
  }
};

/** @throws BenchError `BENCH_DESCRIPTION` on a range without values, which a JSON Schema cannot exclude */
const assertRanges = (ranges: NonNullable<DescribedInputs['ranges']>, file: string): void => {
  for (const [name, range] of Object.entries(ranges)) {
    const [from = 0, below = 0] = range;
    if (from >= below) throw wrongValue(file, `inputs.ranges.${name}`, range, rangeSchema);
  }
};

/** Expands `inputs: WORD` to `inputs: { from: WORD }`. */
const expandInputs = (content: unknown): unknown =>
  isObject(content) && typeof content.inputs === 'string'
    ? { ...content, inputs: { from: content.inputs } }
    : content;

/** Number of the line with the last bracket that is never closed; undefined if there is none. */
const unclosedLine = (text: string): number | undefined => {
  let offset: number | undefined;
  for (const token of new Parser().parse(text)) {
    if (token.type !== 'document') continue;
    CST.visit(token, ({ value }) => {
      if (value?.type === 'flow-collection' && value.end.length === 0) ({ offset } = value);
    });
  }
  return offset === undefined ? undefined : text.slice(0, offset).split('\n').length;
};

const notYaml = (file: string, text: string, error: YAMLParseError): BenchError => {
  const line = unclosedLine(text);
  const [problem = ''] = error.message.split('\n');
  return descriptionError(
    `${file} is not YAML: ${line === undefined ? problem.replace(/:$/, '') : `a bracket of line ${line} is not closed`}`,
    'correct that line',
    error,
  );
};

/**
 * Reads a description, in YAML or JSON.
 *
 * @throws BenchError `BENCH_DESCRIPTION` if it cannot be read, or has an unknown key or a wrong value
 */
export const readBySchema = async <S extends Schema>(
  file: string,
  schema: S,
): Promise<Static<S>> => {
  if (/\.onnx$/i.test(file)) {
    throw descriptionError(
      `${file} is an ONNX file, not a description of one`,
      `describe it: npx serving-compare init --model ${shellWord(file)}`,
    );
  }
  let text = '';
  let content: unknown;
  try {
    text = await readFile(file, 'utf8');
    content = expandInputs(parse(text, { logLevel: 'error' }));
  } catch (error) {
    if (error instanceof YAMLParseError) throw notYaml(file, text, error);
    throw descriptionError(
      fileErrorText(file, error),
      'describe a model: npx serving-compare init --model FILE.onnx',
      error,
    );
  }
  assertFits(content, schema, '', file);
  return content;
};

/**
 * Reads the description of a user's model, in YAML or JSON.
 *
 * @throws BenchError `BENCH_DESCRIPTION` if it cannot be read, or has an unknown key or a wrong value
 */
export const readDescription = async (file: string): Promise<ReadDescription> => {
  const description = await readBySchema(file, expandedSchema);
  if (description.model?.onnx === undefined) {
    throw descriptionError(`${file} names no ONNX file`, 'give its path: model.onnx');
  }
  assertRanges(description.inputs?.ranges ?? {}, file);
  return description;
};
