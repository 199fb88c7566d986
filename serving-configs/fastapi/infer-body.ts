import { TensorNode, type WireJson } from '../wire-json.ts';
import { missing, noList, noneOf, noObject, type ValidationError } from './validation.ts';

export interface InferBodyRules {
  /** The names that a type may have; any, where there are none. */
  readonly dataTypes?: readonly string[];
  /** Whether the values must be a list. */
  readonly isDataList: boolean;
}

const FIELDS = ['name', 'shape', 'datatype', 'data'] as const;

const isList = (json: WireJson | undefined): boolean =>
  Array.isArray(json) || json instanceof TensorNode;

const errorsOfInput = (
  input: WireJson,
  at: number,
  { dataTypes, isDataList }: InferBodyRules,
): readonly ValidationError[] => {
  if (!(input instanceof Map)) return [noObject(['inputs', at], input)];
  return FIELDS.flatMap((field) => {
    const value = (input as ReadonlyMap<string, WireJson>).get(field);
    const loc = ['inputs', at, field];
    if (value === undefined) return [missing(loc, input)];
    if (field === 'shape' || (field === 'data' && isDataList)) {
      return isList(value) ? [] : [noList(loc, value)];
    }
    const isType = typeof value === 'string' && dataTypes?.includes(value) !== false;
    if (field !== 'datatype' || isType || dataTypes === undefined) return [];
    return [noneOf(loc, dataTypes, value)];
  });
};

/** What is wrong with the JSON of an inference request of the Open Inference Protocol, version 2. */
export const errorsOfInferBody = (
  json: WireJson,
  rules: InferBodyRules,
): readonly ValidationError[] => {
  if (!(json instanceof Map)) return [noObject([], json)];
  const inputs = (json as ReadonlyMap<string, WireJson>).get('inputs');
  if (inputs === undefined) return [missing(['inputs'], json)];
  if (!isList(inputs)) return [noList(['inputs'], inputs)];
  if (!Array.isArray(inputs)) return [noObject(['inputs', 0], inputs)];
  return inputs.flatMap((input: WireJson, at) => errorsOfInput(input, at, rules));
};
