import type { ResultRecord } from './record.ts';
import { schemaProblem } from './schema-problem.ts';

/** The definitions of the schema by what a line says it is. */
const DEFINITIONS: Readonly<Record<string, string>> = {
  'cell/completed': 'CompletedCell',
  'cell/failed': 'FailedCell',
  'check/passed': 'AnswerCheck',
  'check/failed': 'AnswerCheck',
  'oracle/completed': 'OracleCheck',
  'oracle/failed': 'OracleCheck',
};

const textOf = (value: unknown): string => (typeof value === 'string' ? `"${value}"` : 'nothing');

/** Why a value is no record. */
export interface RecordProblem {
  /** In words. */
  readonly why: string;
  /** Whether a later version of bench may have written it. */
  readonly isLater: boolean;
}

/** What a later version wrote, in words; undefined for what this one knows. */
const laterThing = (value: object): string | undefined => {
  const { kind, state, schema = 1 } = value as Readonly<Record<string, unknown>>;
  if (schema !== 1) {
    return `it has schema ${JSON.stringify(schema)}, and this version of bench knows schema 1`;
  }
  return DEFINITIONS[`${String(kind)}/${String(state)}`] === undefined
    ? `it is of kind ${textOf(kind)} and state ${textOf(state)}, which this version of bench does not know`
    : undefined;
};

/**
 * Why the value of a line cannot be a record; undefined for a record. Fields that this version does not know are no problem;
 * a kind that it does not know is one.
 */
export const recordProblem = (value: unknown): RecordProblem | undefined => {
  if (typeof value !== 'object' || value === null)
    return { why: 'it is no object', isLater: false };
  const later = laterThing(value);
  if (later !== undefined) return { why: later, isLater: true };
  const { kind, state } = value as ResultRecord;
  const why = schemaProblem(DEFINITIONS[`${kind}/${state}`] ?? '', value);
  return why === undefined ? undefined : { why, isLater: false };
};
