/**
 * JSON Schemas with the types of the values that they describe. `typebox/schema` checks values by them. TypeBox's own builders do the
 * same, but take 0.2 s of CPU time to load, which every command would pay.
 */

declare const VALUE: unique symbol;
/** Marks a property that may be absent. JSON and validators do not see it. */
const OPTIONAL = Symbol('optional');

/** A JSON Schema (draft 7) of values of type `T`. */
export interface Schema<T = unknown> {
  readonly [VALUE]: T;
  readonly [OPTIONAL]?: true;
  readonly type?: string;
  readonly description?: string;
  /** What to do about a value that does not fit, as editors show it too. */
  readonly errorMessage?: string;
  readonly properties?: Properties;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | false;
  readonly anyOf?: readonly Schema[];
}

/** The type of the values that a schema describes. */
export type Static<S extends Schema> = S[typeof VALUE];

/** The schema of a property that may be absent. */
export interface OptionalSchema<T = unknown> extends Schema<T> {
  readonly [OPTIONAL]: true;
}

export type Properties = Readonly<Record<string, Schema>>;

type OptionalKey<P extends Properties> = {
  [Key in keyof P]: P[Key] extends OptionalSchema ? Key : never;
}[keyof P];

type ObjectValues<P extends Properties> = {
  readonly [Key in keyof P as Exclude<Key, OptionalKey<P>>]: Static<P[Key]>;
} & { readonly [Key in keyof P as Extract<Key, OptionalKey<P>>]?: Static<P[Key]> };

/** The same type as one object, which compilers and people read more easily than an intersection. */
type Flat<T> = { [Key in keyof T]: T[Key] };

export interface ObjectSchema<P extends Properties> extends Schema<Flat<ObjectValues<P>>> {
  readonly properties: P;
}

/** Other keywords of a schema. */
type Keywords = Readonly<Record<string, unknown>>;

const schema = <T>(keywords: Keywords, description?: string): Schema<T> =>
  ({ ...(description === undefined ? {} : { description }), ...keywords }) as unknown as Schema<T>;

export const string = (description?: string, keywords: Keywords = {}): Schema<string> =>
  schema({ type: 'string', ...keywords }, description);

export const number = (description?: string, keywords: Keywords = {}): Schema<number> =>
  schema({ type: 'number', ...keywords }, description);

export const boolean = (description?: string): Schema<boolean> =>
  schema({ type: 'boolean' }, description);

export const nothing: Schema<null> = schema({ type: 'null' });

export const literal = <const T extends string | number | boolean>(
  value: T,
  description?: string,
): Schema<T> => schema({ type: typeof value, const: value }, description);

/** One of some words. */
export const oneOf = <const T extends string>(
  words: readonly T[],
  description?: string,
  keywords: Keywords = {},
): Schema<T> => schema({ type: 'string', enum: words, ...keywords }, description);

export const array = <T>(
  items: Schema<T>,
  description?: string,
  keywords: Keywords = {},
): Schema<readonly T[]> => schema({ type: 'array', items, ...keywords }, description);

/** An object with any keys. */
export const dictionary = <T>(
  values: Schema<T>,
  description?: string,
): Schema<Readonly<Record<string, T>>> =>
  schema({ type: 'object', additionalProperties: values }, description);

export const anyOf = <const S extends readonly Schema[]>(
  schemas: S,
  description?: string,
): Schema<Static<S[number]>> => schema({ anyOf: schemas }, description);

/** A schema whose values have a narrower type than a JSON Schema can say, or a type that is defined elsewhere. */
export const as = <T>(wider: Schema): Schema<T> => wider as Schema<T>;

/** A property that may be absent. */
export const optional = <T>(value: Schema<T>): OptionalSchema<T> => ({
  ...value,
  [OPTIONAL]: true,
});

/**
 * An object. It may have other keys, which a later version may add, unless `keywords` says otherwise. A schema extends another by
 * spreading its properties.
 */
export const object = <const P extends Properties>(
  properties: P,
  description?: string,
  keywords: Keywords = {},
): ObjectSchema<P> => {
  const required = Object.keys(properties).filter((key) => properties[key]?.[OPTIONAL] !== true);
  return schema(
    {
      type: 'object',
      properties,
      ...(required.length === 0 ? {} : { required }),
      ...keywords,
    },
    description,
  ) as ObjectSchema<P>;
};

/** The same schema with a description of its own. */
export const described = <S extends Schema>(given: S, description: string): S => ({
  ...given,
  description,
});

/** Some of the properties of a schema. */
export const pick = <P extends Properties, K extends keyof P>(
  { properties }: ObjectSchema<P>,
  ...keys: readonly K[]
): Pick<P, K> => Object.fromEntries(keys.map((key) => [key, properties[key]])) as Pick<P, K>;
