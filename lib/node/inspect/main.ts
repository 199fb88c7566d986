/**
 * Prints the state of the serving and what the node used between two moments as a {@link ServingState} in one line of
 * JSON; called by inspect-serving.sh with `--from MS --to MS`, each empty where no window is asked for.
 */
import { parseArgs } from 'node:util';
import type { ServingState } from '../../deployment/serving-state.ts';
import { readFigures } from '../sampler/read-figures.ts';
import { readMachine } from '../system/machine.ts';
import { readUnit } from '../system/unit.ts';
import { servingCpuMs } from './cpu-time.ts';

const UNIT = 'serving-compare-serving.service';

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

const { from = '', to = '' } = parseArgs({
  options: { from: { type: 'string' }, to: { type: 'string' } },
}).values;

const { SERVING, SC_RUNTIME } = process.env;
const [unit, figures, machine] = await Promise.all([
  readUnit(UNIT),
  from === '' || to === '' ? undefined : readFigures(Number(from), Number(to)),
  readMachine(process.env),
]);
const cpuMs = await servingCpuMs(unit, SC_RUNTIME);
const state: ServingState = {
  ...(SERVING === undefined ? {} : { serving: SERVING }),
  state: stateOf(unit.activeState),
  restarts: unit.restarts,
  ...(cpuMs === undefined ? {} : { cpuMs: Math.round(cpuMs) }),
  ...(figures === undefined ? {} : { figures }),
  machine,
};
process.stdout.write(`${JSON.stringify(state)}\n`);
