/** Compares values with JSON Schemas. A compiler, such as Ajv, takes longer for ours than a short command takes for everything else. */

/** The keywords that the schemas of this project use. */
export interface JsonSchema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema | undefined>>;
  readonly additionalProperties?: JsonSchema;
  /** `#/definitions/NAME`, without other keywords beside it. */
  readonly $ref?: string;
}

/** A schema with the definitions to which its references point. */
export interface SchemaFile extends JsonSchema {
  readonly definitions?: Readonly<Record<string, JsonSchema>>;
}

const typeOf = (value: unknown): string => {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
};

/** What a reference points to. */
const definitionOf = ({ definitions }: SchemaFile, reference: string): JsonSchema => {
  const found = definitions?.[reference.replace('#/definitions/', '')];
  if (found === undefined) throw new Error(`there is no schema ${reference}`);
  return found;
};

/** What is wrong in parsed JSON; undefined if nothing is. A number may be null, because JSON turns NaN and Infinity into null. */
export const schemaProblem = (
  file: SchemaFile,
  schema: JsonSchema,
  value: unknown,
  where = '',
): string | undefined => {
  const { $ref, type, anyOf, items, properties, additionalProperties } = schema;
  if ($ref !== undefined) return schemaProblem(file, definitionOf(file, $ref), value, where);
  const problem = (text: string): string => `${where || 'it'} ${text}`;
  if (type !== undefined && type !== typeOf(value) && !(type === 'number' && value === null)) {
    return problem(`must be ${type}`);
  }
  if (schema.const !== undefined && schema.const !== value) {
    return problem(`must be ${JSON.stringify(schema.const)}`);
  }
  if (schema.enum?.includes(value) === false) return problem(`must be ${schema.enum.join(' or ')}`);
  if (anyOf?.every((one) => schemaProblem(file, one, value) !== undefined)) {
    return problem('must match a schema in anyOf');
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const missing = schema.required?.find((name) => !Object.hasOwn(value, name));
  if (missing !== undefined) return problem(`must have required property '${missing}'`);
  for (const [name, part] of Object.entries(value)) {
    const inner = items ?? properties?.[name] ?? additionalProperties;
    const path = where === '' ? name : `${where}.${name}`;
    const found = inner && schemaProblem(file, inner, part, path);
    if (found !== undefined) return found;
  }
  return undefined;
};
