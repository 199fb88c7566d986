import {
  ObjectFlags,
  SymbolFlags,
  TypeFlags,
  type Checker,
  type Symbol as TypeSymbol,
  type Type,
} from 'typescript/unstable/sync';

/** A JSON Schema or a part of it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

const PRIMITIVES: readonly (readonly [flag: TypeFlags, name: string])[] = [
  [TypeFlags.Boolean, 'boolean'],
  [TypeFlags.String | TypeFlags.TemplateLiteral, 'string'],
  [TypeFlags.Number, 'number'],
  [TypeFlags.Null, 'null'],
];

/** Types of names to which users add their own: `--target` names a running server. */
const OPEN_NAMES: readonly string[] = ['ServingName'];

const literalSchema = (value: unknown): JsonSchema => ({ type: typeof value, const: value });

const requiredOf = (properties: readonly TypeSymbol[]): JsonSchema => {
  const required = properties.filter(({ flags }) => !(flags & SymbolFlags.Optional));
  return required.length === 0 ? {} : { required: required.map(({ name }) => name).toSorted() };
};

/** The symbol of a named type: an interface, or an alias without type arguments. */
const nameOf = (type: Type): TypeSymbol | undefined => {
  const alias = type.getAliasSymbol();
  if (alias !== undefined) return type.getAliasTypeArguments().length === 0 ? alias : undefined;
  return type.isObjectType() && type.objectFlags & ObjectFlags.Interface
    ? type.getSymbol()
    : undefined;
};

/**
 * Converts a TypeScript type to a JSON Schema (draft 7). Named types become definitions. Details that a schema cannot express,
 * such as the pattern of a template literal, are left out, so the schema may accept more than the type, but never less.
 */
export const typeSchema = (root: Type, checker: Checker): JsonSchema => {
  const definitions = new Map<string, JsonSchema>();

  const described = (symbol: TypeSymbol | undefined, schema: JsonSchema): JsonSchema => {
    const description = symbol?.getDocumentationComment(checker) ?? '';
    return description === '' ? schema : { description, ...schema };
  };

  const objectSchema = (type: Type): JsonSchema => {
    const properties = checker.getPropertiesOfType(type);
    const [index] = checker
      .getIndexInfosOfType(type)
      .filter(({ keyType }) => keyType.flags & TypeFlags.String);
    return {
      type: 'object',
      ...(properties.length === 0
        ? {}
        : {
            properties: Object.fromEntries(
              properties.map((property) => [
                property.name,
                described(property, schemaOf(checker.getTypeOfSymbol(property))),
              ]),
            ),
          }),
      ...(index === undefined ? {} : { additionalProperties: schemaOf(index.valueType) }),
      ...requiredOf(properties),
    };
  };

  const unionSchema = (members: readonly Type[]): JsonSchema => {
    const types = members.filter(({ flags }) => !(flags & TypeFlags.Undefined));
    const [only] = types;
    if (types.length === 1) return schemaOf(only);
    // The compiler reports boolean as the union of true and false.
    if (types.every((type) => type.flags & TypeFlags.BooleanLiteral)) return { type: 'boolean' };
    const strings = types.flatMap((type) => (type.isStringLiteralType() ? [type.value] : []));
    return strings.length === types.length
      ? { enum: strings.toSorted(), type: 'string' }
      : { anyOf: types.map(schemaOf) };
  };

  const plainSchema = (type: Type): JsonSchema => {
    const primitive = PRIMITIVES.find(([flag]) => type.flags & flag);
    if (primitive !== undefined) return { type: primitive[1] };
    if (type.isLiteralType()) return literalSchema(type.value);
    if (type.isUnionType()) return unionSchema(type.getTypes());
    if (type.isTypeReference() && checker.isArrayLikeType(type)) {
      const [item, ...furtherItems] = checker.getTypeArguments(type);
      if (furtherItems.length > 0)
        throw new Error(`no JSON Schema for the tuple ${checker.typeToString(type)}`);
      return { type: 'array', items: schemaOf(item) };
    }
    if (type.isObjectType() || type.isIntersectionType()) return objectSchema(type);
    throw new Error(`no JSON Schema for the type ${checker.typeToString(type)}`);
  };

  const schemaOf = (type: Type | undefined): JsonSchema => {
    if (type === undefined) throw new Error('a type is not known');
    const symbol = nameOf(type);
    if (symbol === undefined || type === root) return plainSchema(type);
    const { name } = symbol;
    if (!definitions.has(name)) {
      // Set first, because a type may contain itself.
      definitions.set(name, {});
      const schema = OPEN_NAMES.includes(name) ? { type: 'string' } : plainSchema(type);
      definitions.set(name, described(symbol, schema));
    }
    return { $ref: `#/definitions/${name}` };
  };

  const schema = described(nameOf(root), plainSchema(root));
  return { ...schema, definitions: Object.fromEntries(definitions) };
};
