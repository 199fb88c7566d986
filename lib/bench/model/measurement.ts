import type { Level } from '../../../k6/job.ts';
import type { ServingName } from '../../../serving-configs/index.ts';
import { ENCODINGS, PAYLOADS, PROTOCOLS, TENSORS } from '../../../serving-configs/manifest.ts';
import {
  anyOf,
  as,
  literal,
  number,
  object,
  oneOf,
  optional,
  string,
  type Schema,
  type Static,
} from '../../../serving-configs/schema.ts';
import { settingsId, settingsSchema } from '../../../serving-configs/settings.ts';
import { FAULTS } from './fault.ts';

/** The name of a serving, or of a running server that a user named. */
export const servingNameSchema = as<ServingName>(string());

export const targetSchema = object(
  {
    serving: servingNameSchema,
    protocol: oneOf(PROTOCOLS),
    payload: oneOf([...PAYLOADS, TENSORS] as const),
    encoding: oneOf(ENCODINGS),
    settings: optional(settingsSchema),
  },
  'What is measured: a serving with its settings, and the form in which requests reach it. Without settings, it computes one request at a time.',
);
export interface Target extends Static<typeof targetSchema> {}

export const scenarioSchema = oneOf(
  ['cold', 'warm'],
  '`cold`: the serving is restarted before the level; `warm`: it keeps running from level to level.',
);
export type Scenario = Static<typeof scenarioSchema>;

export type { Level };
export const levelSchema: Schema<Level> = anyOf(
  [
    object({ loop: literal('closed'), virtualUsers: number() }),
    object({
      loop: literal('open'),
      ratePerSecond: number(),
      arrivals: oneOf(['constant', 'poisson']),
    }),
  ],
  'The offered load.',
);

export const engineSchema = oneOf(
  ['onnx', 'noop', 'delay'],
  'What answers in the simulated server, see `serving-configs/reference/`. `noop` measures a no-op limit.',
);
export type Engine = Static<typeof engineSchema>;

export const measurementSchema = object(
  {
    id: string('Unique in its plan: `r1/<target>/onnx/cold/closed-10`.'),
    target: targetSchema,
    engine: engineSchema,
    scenario: scenarioSchema,
    level: levelSchema,
    repeat: number('From 1.'),
    block: number(
      'From 1. A repeat has a window for each of its blocks, in mirrored orders, and its figures are those of all of them.',
    ),
    warmupSeconds: number(),
    durationSeconds: number(
      'Length of the measuring window; in the plan of a run that chooses its windows, the shortest.',
    ),
    timeoutMs: number(),
    bypassSeconds: optional(
      number(
        'Length of the bypass run after the window, see `plan/estimate-duration.ts`; absent if there is none.',
      ),
    ),
    stability: optional(
      oneOf(
        [...FAULTS, 'soak'],
        'Present for a stability test. Its level has the rate 0 in the plan. The rate is set when it runs: half of the best rate of the same target and repeat.',
      ),
    ),
  },
  'The unit that is measured, stored and resumed.',
);
export interface Measurement extends Static<typeof measurementSchema> {}

/** A target without settings: the form in which requests reach its serving. Targets with the same one have the same no-op limit. */
export const wireOf = ({ serving, protocol, payload, encoding }: Target): Target => ({
  serving,
  protocol,
  payload,
  encoding,
});

/** `serving.protocol.payload.encoding`, with `.settings` if there are any: the name of a target in ids and files. */
export const targetId = ({ serving, protocol, payload, encoding, settings }: Target): string =>
  [
    serving,
    protocol,
    payload,
    encoding,
    ...(settings === undefined ? [] : [settingsId(settings)]),
  ].join('.');

/** Virtual users of a closed loop, or requests a second of an open one. */
export const offeredLoad = (level: Level): number =>
  level.loop === 'closed' ? level.virtualUsers : level.ratePerSecond;

/** `closed-10`, `open-constant-50`, the name of a level in ids and files. */
export const levelId = (level: Level): string =>
  level.loop === 'closed'
    ? `closed-${level.virtualUsers}`
    : `open-${level.arrivals}-${level.ratePerSecond}`;

/** Identifies a row: measurements with the same key are repeats of one row. */
export const rowKey = ({
  target,
  engine,
  scenario,
  level,
}: Pick<Measurement, 'target' | 'engine' | 'scenario' | 'level'>): string =>
  `${targetId(target)}/${engine}/${scenario}/${levelId(level)}`;
