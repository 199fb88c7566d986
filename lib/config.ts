/** The typed configuration of a deployment, for the stacks and for the command line tool. */
export { ConfigError } from './config/config-error.ts';
export { pairConfigOf, type Config, type ExistingVpc, type PairConfig } from './config/config.ts';
export type { SpotMode } from './config/options.ts';
export { parseConfig } from './config/parse-config.ts';
export { CONFIG_FILE, readConfig, type ConfigSources } from './config/read-config.ts';
