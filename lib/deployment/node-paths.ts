/** Where things lie on a node. The shell scripts of `lib/node/` name the same places; their test compares. */
export const nodePaths = {
  /** The bundle of this project, with its node_modules. */
  home: '/opt/serving-compare',
  /** What the SSM documents call. */
  commands: '/opt/serving-compare/lib/node/commands',
  /** Shell variables of {@link import('./node-environment.ts').NodeEnvironment}. */
  environment: '/etc/serving-compare/node.env',
  /** Run folders of the middleware node, one a run. */
  runs: '/var/lib/serving-compare/runs',
  /** CPU, memory, network and GPU of the node, one JSON line a second. */
  samples: '/var/lib/serving-compare/samples.jsonl',
  /** Ids of the servings that the bootstrap could not make ready, separated by commas. */
  unavailable: '/var/lib/serving-compare/unavailable',
  /** When the node ends itself: seconds since 1970 as text. */
  deadline: '/etc/serving-compare/deadline',
  bootstrapLog: '/var/log/serving-compare-bootstrap.log',
} as const;
