import { schemaProblem } from './schema-problem.ts';

/** The definitions of the schema by what a line says it is. */
const DEFINITIONS: Readonly<Record<string, string>> = {
  'measurement/completed': 'CompletedMeasurement',
  'measurement/failed': 'FailedMeasurement',
  'answer-check/passed': 'AnswerCheck',
  'answer-check/failed': 'AnswerCheck',
  'calibration/completed': 'Calibration',
  'calibration/failed': 'Calibration',
};

const textOf = (value: unknown): string => (typeof value === 'string' ? `"${value}"` : 'nothing');

/** Why the value of a line cannot be a record, in words; undefined for a record. Unknown fields are no problem. */
export const recordProblem = (value: unknown): string | undefined => {
  if (typeof value !== 'object' || value === null) return 'it is no object';
  const { kind, state } = value as Readonly<Record<string, unknown>>;
  const definition = DEFINITIONS[`${String(kind)}/${String(state)}`];
  return definition === undefined
    ? `it is of kind ${textOf(kind)} and state ${textOf(state)}`
    : schemaProblem(definition, value);
};
