/** The typed configuration of a deployment, for the stacks and for the command line tool. */
export { ConfigError, pairNumbers, zoneOf, type Config } from './config/config.ts';
export { instanceTypeFacts } from './config/instance-type.ts';
export { parseConfig } from './config/parse-config.ts';
export { CONFIG_FILE, readConfig } from './config/read-config.ts';
