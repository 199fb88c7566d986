import type { DeploymentConfig } from '../../../aws/config/index.ts';
import { IDLE_CORE_PERCENT, IDLE_HOURS } from '../../../aws/contract/idle-limit.ts';
import { MIN_REPEATS } from '../../stats/judgement.ts';

/** The options of a quick run that shows whether everything works. */
export const QUICK_RUN = ['--profile', 'quick', '--repeats', String(MIN_REPEATS)] as const;

/** When a node ends beside its deadline. */
export const IDLE_TEXT = `after ${IDLE_HOURS} hours in which they use less than ${IDLE_CORE_PERCENT} % of one core`;

/** An estimate of how long a deployment takes; containers are pulled, built and tried. */
export const deployMinutes = ({ runtime }: Pick<DeploymentConfig, 'runtime'>): number =>
  runtime === 'container' ? 30 : 10;
