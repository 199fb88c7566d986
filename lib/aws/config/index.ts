/** The configuration of a deployment, for the stacks and the command line. */
export { ConfigError, pairNumbers, zoneOf, type DeploymentConfig } from './config.ts';
export { ecrRegistryOf, ecrRepositoriesOf, type EcrRepositories } from './ecr.ts';
export { acceleratorOf, instanceTypeFacts } from './instance-type.ts';
export { parseConfig } from './parse-config.ts';
export { CONFIG_FILE, readConfig } from './read-config.ts';
