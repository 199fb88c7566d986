import type { Level } from '../../../k6/job.ts';
import type { ServingName } from '../../../serving-configs/index.ts';
import type { Encoding, Payload, Protocol, TENSORS } from '../../../serving-configs/manifest.ts';
import type { StabilityTest } from './fault.ts';

/** What is measured: a serving, and the form in which requests reach it. */
export interface Target {
  readonly serving: ServingName;
  readonly protocol: Protocol;
  readonly payload: Payload | typeof TENSORS;
  readonly encoding: Encoding;
}

/** `cold`: the serving is restarted before the level; `warm`: it keeps running from level to level. */
export type Scenario = 'cold' | 'warm';

export type { Level };

/** What answers in the simulated server, see `serving-configs/reference/`. `noop` measures a no-op limit. */
export type Engine = 'onnx' | 'noop' | 'delay';

/** The unit that is measured, stored and resumed. */
export interface Measurement {
  /** Unique in its plan: `r1/<target>/onnx/cold/closed-10`. */
  readonly id: string;
  readonly target: Target;
  readonly engine: Engine;
  readonly scenario: Scenario;
  readonly level: Level;
  /** From 1. */
  readonly repeat: number;
  readonly warmupSeconds: number;
  /** Length of the measuring window. */
  readonly durationSeconds: number;
  readonly timeoutMs: number;
  /** Length of the bypass run after the window, see `plan/estimate-duration.ts`; absent if there is none. */
  readonly bypassSeconds?: number;
  /**
   * Present for a stability test. Its level has the rate 0 in the plan. The rate is set when it runs: half of the best rate of the same
   * target and repeat.
   */
  readonly stability?: StabilityTest;
}

/** `serving.protocol.payload.encoding`, the name of a target in ids and files. */
export const targetId = (target: Target): string =>
  `${target.serving}.${target.protocol}.${target.payload}.${target.encoding}`;

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
