import type { Static } from 'typebox';
import type { XSchema } from 'typebox/schema';

/** One option of the configuration: what it takes, and how people are told about it. */
export interface Option<Schema extends XSchema = XSchema> {
  /** The values that it takes. */
  readonly schema: Schema;
  /** What it decides, as a sentence; a cell of the documented table. */
  readonly description: string;
  /** What would do, as it follows "give": for example `a whole number from 1 to 20`. */
  readonly expected: string;
  /** What holds where nothing is said. Absent: see {@link defaultText}. */
  readonly default?: Static<Schema>;
  /** How the default is described where it is no constant. */
  readonly defaultText?: string;
}

export const option = <Schema extends XSchema, const Facts extends Omit<Option<Schema>, 'schema'>>(
  schema: Schema,
  facts: Facts,
): Facts & { readonly schema: Schema } => ({ ...facts, schema });
