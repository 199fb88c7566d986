/**
 * Prints the state of the serving and what the node used between two moments as a {@link ServingState} in one line of
 * JSON; called by inspect-serving.sh with `--from MS --to MS --parts COUNT`, each empty where it is not asked for.
 */
import { parseArgs } from 'node:util';
import { readPreparedServings } from '../../../serving-configs/runtimes/node/prepared-servings.ts';
import type { ServingState } from '../../deployment/serving-state.ts';
import { readFigures, readMemory } from '../sampler/read-figures.ts';
import { readNode } from '../system/machine.ts';
import { lastWords, readUnit } from '../system/unit.ts';

const UNIT = 'serving-compare-serving.service';
/** Run Command hands on 24,000 characters, in which the rest must fit, too. */
const LAST_LINES = 15;
const LAST_CHARACTERS = 4000;

/** A serving that is being stopped serves no more. */
const stateOf = (activeState: string): ServingState['state'] => {
  switch (activeState) {
    case 'active':
    case 'activating':
    case 'failed':
      return activeState;
    default:
      return 'inactive';
  }
};

const {
  from = '',
  to = '',
  parts = '',
} = parseArgs({
  options: { from: { type: 'string' }, to: { type: 'string' }, parts: { type: 'string' } },
}).values;
const isWindow = from !== '' && to !== '';

const { SERVING, SC_RUNTIME } = process.env;
const [unit, figures, memory, node] = await Promise.all([
  readUnit(UNIT),
  isWindow ? readFigures(Number(from), Number(to)) : undefined,
  isWindow && parts !== '' ? readMemory(Number(from), Number(to), Number(parts)) : undefined,
  readNode(process.env),
]);
const dead = unit.invocationId !== '' && (unit.activeState !== 'active' || unit.restarts > 0);
const words = dead ? (await lastWords(unit, LAST_LINES)).slice(-LAST_CHARACTERS) : '';
const prepared = SC_RUNTIME === 'container' && from === '' ? readPreparedServings() : undefined;
const state: ServingState = {
  ...(SERVING === undefined ? {} : { serving: SERVING }),
  state: stateOf(unit.activeState),
  restarts: unit.restarts,
  ...(figures === undefined ? {} : { figures }),
  ...(memory === undefined ? {} : { memory }),
  ...(prepared === undefined ? {} : { prepared }),
  ...(words === '' ? {} : { lastWords: words }),
  node,
};
process.stdout.write(`${JSON.stringify(state)}\n`);
