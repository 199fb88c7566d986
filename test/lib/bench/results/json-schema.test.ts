import { Ajv } from 'ajv';
import { schemaProblem, type SchemaFile } from '../../../../lib/bench/results/json-schema.ts';
import environmentSchema from '../../../../lib/bench/schemas/environment.schema.json' with { type: 'json' };
import planSchema from '../../../../lib/bench/schemas/plan.schema.json' with { type: 'json' };
import resultsSchema from '../../../../lib/bench/schemas/results.schema.json' with { type: 'json' };
import {
  calibrationRecord,
  closed,
  failedMeasurement,
  isCompleted,
  passedCheck,
  planMeasurement,
  recordedRun,
  recordedTargets,
} from '../../../support/recorded-run.ts';

const { plan, environment, records } = recordedRun({
  levels: [closed(2)],
  repeats: 1,
  durationSeconds: 1,
  directShare: 0.8,
  hasSeconds: true,
});
const measured = records
  .filter(isCompleted)
  .find(({ bypass, load }) => bypass !== undefined && load.failed > 0);

/** The values instead of a part of a value: of each type, and none. */
const REPLACEMENTS = [null, 'text', -1.5, true, {}, [], [{}], undefined];

/** All copies of a value in which one part is replaced. Of lists, only the first items are. */
const changesOf = (value: unknown): readonly unknown[] => {
  if (typeof value !== 'object' || value === null) return REPLACEMENTS;
  const parts = Object.entries(value).slice(0, Array.isArray(value) ? 2 : undefined);
  return [
    ...REPLACEMENTS,
    ...parts.flatMap(([name, part]) =>
      changesOf(part).map((changed) =>
        Array.isArray(value) ? value.with(Number(name), changed) : { ...value, [name]: changed },
      ),
    ),
  ];
};

/** What Ajv says of a value. Numbers may be null, as in JSON. */
const validatorOf = (file: SchemaFile) =>
  new Ajv({ strict: false }).compile(
    JSON.parse(JSON.stringify(file), (key, value: unknown) =>
      key === 'type' && value === 'number' ? ['number', 'null'] : value,
    ) as object,
  );

describe('The comparison with a JSON Schema', () => {
  it.each<[what: string, file: SchemaFile, value: unknown]>([
    ['a plan', planSchema, plan],
    ['an environment', environmentSchema, environment],
    ['a measurement', resultsSchema, measured],
    ['a failed measurement', resultsSchema, failedMeasurement(planMeasurement())],
    ['an answer check', resultsSchema, passedCheck(recordedTargets()[0])],
    ['a calibration', resultsSchema, calibrationRecord()],
    ['the end of the time', resultsSchema, { kind: 'time-up', repeats: 2 }],
  ])('agrees with Ajv about %s and all its changes', (_, file, value) => {
    const validate = validatorOf(file);
    const changes = changesOf(value).map((changed) => JSON.stringify(changed) ?? 'null');
    const values = [JSON.stringify(value), ...changes].map((text) => JSON.parse(text) as unknown);
    const accepted = values.map((one) => schemaProblem(file, file, one) === undefined);

    expect(accepted[0]).toBe(true);
    expect(accepted.filter((isAccepted) => !isAccepted).length).toBeGreaterThan(5);
    const disputed = values.filter((one, at) => validate(one) !== accepted[at]);
    expect(disputed).toEqual([]);
  });

  it.each<[value: unknown, problem: string]>([
    [[], 'it must be object'],
    [{ a: 1 }, "it must have required property 'b'"],
    [{ b: [{ c: 'x' }, { c: 'z' }] }, 'b.1.c must be x or y'],
    [{ b: [], k: 'z' }, 'k must be "one"'],
    [{ b: [], more: 'z' }, 'more must be number'],
  ])('says where the first problem is: %j', (value, problem) => {
    const file: SchemaFile = {
      type: 'object',
      required: ['b'],
      properties: {
        b: { type: 'array', items: { $ref: '#/definitions/Item' } },
        k: { const: 'one' },
      },
      additionalProperties: { type: 'number' },
      definitions: { Item: { type: 'object', properties: { c: { enum: ['x', 'y'] } } } },
    };

    expect(schemaProblem(file, file, value)).toBe(problem);
  });
});
