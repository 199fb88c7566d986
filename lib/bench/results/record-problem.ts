import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import type { CompletedCell, ResultRecord } from './record.ts';
import { sum } from '../sum.ts';

/** The definitions of the schema by what a line says it is. */
const DEFINITIONS: Readonly<Record<string, string>> = {
  'cell/completed': 'CompletedCell',
  'cell/failed': 'FailedCell',
  'cell/skipped': 'SkippedCell',
  'check/passed': 'AnswerCheck',
  'check/failed': 'AnswerCheck',
  'oracle/completed': 'OracleCheck',
  'oracle/failed': 'OracleCheck',
};

const SCHEMA_ID = 'results';

const createValidators = (): ((definition: string) => ValidateFunction) => {
  let ajv: Ajv | undefined;
  return (definition) => {
    if (ajv === undefined) {
      const file = new URL('../schemas/results.schema.json', import.meta.url);
      const schema = JSON.parse(readFileSync(file, 'utf8')) as object;
      ajv = new Ajv({ strict: false, validateFormats: false });
      ajv.addSchema(schema, SCHEMA_ID);
    }
    const validate = ajv.getSchema(`${SCHEMA_ID}#/definitions/${definition}`);
    if (validate === undefined) throw new Error(`results.schema.json has no ${definition}`);
    return validate;
  };
};

const validatorOf = createValidators();

/** As many significant digits as every sum of counts keeps. */
const RELATIVE_ERROR = 1e-6;

const isClose = (one: number, other: number): boolean =>
  Math.abs(one - other) <= RELATIVE_ERROR * Math.max(1, Math.abs(one), Math.abs(other));

/**
 * Figures that are written twice, or follow from others, and do not agree: no run writes such a cell, whatever it measured.
 * Both the rate and the bins count what came inside the window.
 */
const contradiction = ({ load }: CompletedCell): string | undefined => {
  const { bins, succeeded, failed, requestRatePerSecond, durationSeconds, latency } = load;
  const share = failed / Math.max(1, succeeded + failed);
  if (!isClose(load.failedShare, share)) {
    return `a failed share of ${load.failedShare} with ${failed} failed of ${succeeded + failed} requests`;
  }
  if (latency.count !== succeeded) {
    return `${latency.count} latencies of ${succeeded} right answers`;
  }
  const inBins = sum(bins.map((bin) => bin.succeeded));
  const inWindow = requestRatePerSecond * durationSeconds;
  if (bins.length > 0 && !isClose(inBins, inWindow)) {
    return `${requestRatePerSecond} requests/s over ${durationSeconds} s, and ${inBins} right answers in its seconds`;
  }
  return undefined;
};

const textOf = (value: unknown): string => (typeof value === 'string' ? `"${value}"` : 'nothing');

/**
 * Why the value of a line cannot be a record, in words; undefined for a record. Fields that this version does not know are
 * no problem; a kind that it does not know is one.
 */
export const recordProblem = (value: unknown): string | undefined => {
  if (typeof value !== 'object' || value === null) return 'it is no object';
  const { kind, state } = value as { readonly kind?: unknown; readonly state?: unknown };
  const definition = DEFINITIONS[`${String(kind)}/${String(state)}`];
  if (definition === undefined) {
    return `it is of kind ${textOf(kind)} and state ${textOf(state)}, which this version of bench does not know`;
  }
  const validate = validatorOf(definition);
  if (!validate(value)) {
    const [error] = validate.errors ?? [];
    const field = error?.instancePath.slice(1).replaceAll('/', '.');
    return `${field === undefined || field === '' ? 'it' : `its ${field}`} ${error?.message ?? 'is wrong'}`;
  }
  const record = value as ResultRecord;
  if (record.kind !== 'cell' || record.state !== 'completed') return undefined;
  const figures = contradiction(record);
  return figures === undefined ? undefined : `its figures contradict each other: ${figures}`;
};
