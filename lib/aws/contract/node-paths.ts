/** Files and folders on a node. The shell scripts of `lib/aws/node/` use the same; their test compares them. */
export const nodePaths = {
  /** The bundle of this project, with its node_modules. */
  home: '/opt/serving-compare',
  /** The scripts of the SSM documents. */
  commands: '/opt/serving-compare/lib/aws/node/commands',
  /** Shell variables of {@link import('./node-environment.ts').NodeEnvironment}. */
  environment: '/etc/serving-compare/node.env',
  /** Run folders of the middleware node. */
  runs: '/var/lib/serving-compare/runs',
  /** CPU, memory, network and GPU of the node, a JSON line per second. */
  samples: '/var/lib/serving-compare/samples.jsonl',
  /** The servings that the bootstrap could not prepare, or that failed its test; see `unavailable-servings.ts`. */
  unavailable: '/var/lib/serving-compare/unavailable',
  /** When the node ends itself, in seconds since 1970. */
  deadline: '/etc/serving-compare/deadline',
  bootstrapLog: '/var/log/serving-compare-bootstrap.log',
} as const;
