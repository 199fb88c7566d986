import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';

const SCHEMA = 'results';

const createValidators = (): ((definition: string) => ValidateFunction) => {
  let ajv: Ajv | undefined;
  return (definition) => {
    if (ajv === undefined) {
      // Optimised code would take longer to make than it saves over ten thousand records.
      ajv = new Ajv({ strict: false, validateFormats: false, code: { optimize: false } });
      const file = new URL(`../schemas/${SCHEMA}.schema.json`, import.meta.url);
      ajv.addSchema(JSON.parse(readFileSync(file, 'utf8')) as object, SCHEMA);
    }
    const validate = ajv.getSchema(`${SCHEMA}#/definitions/${definition}`);
    if (validate === undefined) throw new Error(`${SCHEMA}.schema.json has no ${definition}`);
    return validate;
  };
};

const validatorOf = createValidators();

/** What of a value is not as a definition of the schema of records says, in words; undefined where all is. */
export const schemaProblem = (definition: string, value: unknown): string | undefined => {
  const validate = validatorOf(definition);
  if (validate(value)) return undefined;
  const [error] = validate.errors ?? [];
  const field = error?.instancePath.slice(1).replaceAll('/', '.');
  return `${field === undefined || field === '' ? 'it' : `its ${field}`} ${error?.message ?? 'is wrong'}`;
};
