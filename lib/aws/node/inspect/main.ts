/**
 * Prints the state of the serving and the node's resource use in a window, as a {@link ServingState} in one line of JSON.
 * Called by inspect-serving.sh with `--from MS --to MS --parts COUNT`; each may be empty.
 */
import { parseArgs } from 'node:util';
import { readPreparedServings } from '../../../../serving-configs/runtimes/aws-node/prepared-servings.ts';
import type { ServingState } from '../../contract/serving-state.ts';
import { figuresBetween, memoryIn } from '../sampler/figures-between.ts';
import { readWindow } from '../sampler/read-figures.ts';
import { readNode } from '../system/machine.ts';
import { readLastLines, readUnit, SERVING_UNIT } from '../system/unit.ts';

/** Run Command returns at most 24,000 characters, which must hold the rest as well. */
const LAST_LINES = 15;
const LAST_CHARACTERS = 4000;

const {
  from = '',
  to = '',
  parts = '',
} = parseArgs({
  options: { from: { type: 'string' }, to: { type: 'string' }, parts: { type: 'string' } },
}).values;
const [fromMs, toMs] = [Number(from), Number(to)];

const { SERVING, SC_RUNTIME } = process.env;
const [unit, samples, node] = await Promise.all([
  readUnit(SERVING_UNIT),
  from === '' ? undefined : readWindow(fromMs, toMs),
  readNode(process.env),
]);
const isDead = unit.invocationId !== '' && unit.activeState !== 'active';
const state: ServingState = {
  serving: SERVING,
  state: unit.activeState,
  figures: samples && figuresBetween(samples, fromMs, toMs),
  memory:
    samples === undefined || parts === ''
      ? undefined
      : memoryIn(samples, fromMs, toMs, Number(parts)),
  prepared: SC_RUNTIME === 'container' && from === '' ? readPreparedServings() : undefined,
  lastLines: isDead ? (await readLastLines(unit, LAST_LINES)).slice(-LAST_CHARACTERS) : undefined,
  node,
};
process.stdout.write(`${JSON.stringify(state)}\n`);
