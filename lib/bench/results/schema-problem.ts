import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';

type SchemaName = 'results' | 'summary';

const createValidators = (): ((name: SchemaName, definition: string) => ValidateFunction) => {
  // Optimised code would take longer to make than it saves over ten thousand records.
  const ajv = new Ajv({ strict: false, validateFormats: false, code: { optimize: false } });
  const loaded = new Set<SchemaName>();
  return (name, definition) => {
    if (!loaded.has(name)) {
      const file = new URL(`../schemas/${name}.schema.json`, import.meta.url);
      ajv.addSchema(JSON.parse(readFileSync(file, 'utf8')) as object, name);
      loaded.add(name);
    }
    const validate = ajv.getSchema(`${name}#/definitions/${definition}`);
    if (validate === undefined) throw new Error(`${name}.schema.json has no ${definition}`);
    return validate;
  };
};

const validatorOf = createValidators();

/** What of a value is not as a definition of a published schema says, in words; undefined where all is. */
export const schemaProblem = (
  name: SchemaName,
  definition: string,
  value: unknown,
): string | undefined => {
  const validate = validatorOf(name, definition);
  if (validate(value)) return undefined;
  const [error] = validate.errors ?? [];
  const field = error?.instancePath.slice(1).replaceAll('/', '.');
  return `${field === undefined || field === '' ? 'it' : `its ${field}`} ${error?.message ?? 'is wrong'}`;
};
