import { RUN_ID_PATTERN } from '../run-keys.ts';
import type { NodeDocument } from './content.ts';

const servingParameter = {
  description: 'Id of the serving, as in the manifests',
  allowedPattern: '^[a-z][a-z0-9_]{0,39}$',
} as const;

const engineParameter = {
  description:
    'onnx: the model computes; noop: a server of the same protocol that answers at once; delay: one that answers after a known time',
  allowedPattern: '^(onnx|noop|delay)$',
  default: 'onnx',
} as const;

const delayParameter = {
  description:
    'With the engine delay, what each request takes, one at a time, in milliseconds; else empty',
  allowedPattern: '^([1-9][0-9]{0,3})?$',
  default: '',
} as const;

const modelParameter = {
  description:
    "A user's model: id of the run that it belongs to, and SHA-256 of the list of its files in the bucket; empty: ResNet-50",
  allowedPattern: `^(${RUN_ID_PATTERN.slice(1, -1)}/[0-9a-f]{64})?$`,
  default: '',
} as const;

const runIdParameter = {
  description: 'Id of the run: lowercase letters, digits and hyphens',
  allowedPattern: RUN_ID_PATTERN,
} as const;

/** Empty, or milliseconds since 1970. */
const EPOCH_MS_PATTERN = '^([0-9]{13})?$';

/** Up to twenty pairs, each with its repeats or without. */
export const PAIRS_PATTERN =
  '^[1-9][0-9]?(:[1-9][0-9]{0,2}([+][1-9][0-9]{0,2})*)?(,[1-9][0-9]?(:[1-9][0-9]{0,2}([+][1-9][0-9]{0,2})*)?){0,19}$';

/** Every document of a deployment. The logic is in the scripts that they call. */
export const documents = {
  StartServing: {
    description: 'Stops the running serving, starts another and returns when it is ready',
    roles: ['serving'],
    parameters: {
      Serving: servingParameter,
      Engine: engineParameter,
      DelayMs: delayParameter,
      Model: modelParameter,
    },
    script: 'start-serving.sh',
    timeoutSeconds: 900,
  },
  StopServing: {
    description: 'Stops the serving that runs, if any',
    roles: ['serving'],
    parameters: {},
    script: 'stop-serving.sh',
    timeoutSeconds: 120,
  },
  InspectServing: {
    description:
      'Prints the state of the serving and what the node used between two moments, as one line of JSON',
    roles: ['serving'],
    parameters: {
      FromMs: {
        description: 'Start of the window in milliseconds since 1970, or empty',
        allowedPattern: EPOCH_MS_PATTERN,
        default: '',
      },
      ToMs: {
        description: 'End of the window in milliseconds since 1970, or empty',
        allowedPattern: EPOCH_MS_PATTERN,
        default: '',
      },
      Parts: {
        description: 'In how many parts of the window memory is reported, or empty',
        allowedPattern: '^([1-9][0-9]?)?$',
        default: '',
      },
    },
    script: 'inspect-serving.sh',
    timeoutSeconds: 60,
  },
  DisturbServing: {
    description: 'Kills the busiest process of the serving at a moment, or pauses it for a time',
    roles: ['serving'],
    parameters: {
      Fault: {
        description: 'kill-worker: SIGKILL; pause-worker: SIGSTOP, then SIGCONT',
        allowedPattern: '^(kill|pause)-worker$',
      },
      AtMs: {
        description: 'The moment in milliseconds since 1970',
        allowedPattern: '^[0-9]{13}$',
      },
      ForMs: {
        description:
          'How long a pause lasts, and how much later than the moment the fault may still come, in milliseconds',
        allowedPattern: '^[1-9][0-9]{0,5}$',
      },
    },
    script: 'disturb-serving.sh',
    timeoutSeconds: 600,
  },
  RunPlan: {
    description: 'Starts the runner of a plan, or resumes an unfinished run, and returns',
    roles: ['middleware'],
    parameters: {
      RunId: runIdParameter,
      Pairs: {
        description:
          'Numbers of the pairs that share the repeats of the plan in turn; or with the repeats of each, as 1:1+4,2:2+3',
        allowedPattern: PAIRS_PATTERN,
        default: '1',
      },
      Options: {
        description:
          'Options of "npx serving-compare run", for example: --profile full --levels 1,8; without a seed it comes from the run id',
        allowedPattern: '^[A-Za-z0-9 ,._=-]{0,1000}$',
        default: '',
      },
      EndNodes: {
        description: 'true: both nodes end themselves once all results are in the bucket',
        allowedPattern: '^(true|false)$',
        default: 'false',
      },
    },
    script: 'run-plan.sh',
    timeoutSeconds: 120,
  },
  CancelRun: {
    description: 'Ends a run; all finished measurements are kept',
    roles: ['middleware'],
    parameters: { RunId: runIdParameter },
    script: 'cancel-run.sh',
    timeoutSeconds: 120,
  },
  CollectLogs: {
    description: 'Copies the logs of the node to the results bucket, below the run',
    roles: ['serving', 'middleware'],
    parameters: { RunId: runIdParameter },
    script: 'collect-logs.sh',
    timeoutSeconds: 300,
  },
  EndNode: {
    description:
      'Copies the logs of the node to the results bucket, below the run, and ends the node',
    roles: ['serving'],
    parameters: { RunId: runIdParameter },
    script: 'end-node.sh',
    timeoutSeconds: 300,
  },
  ExtendDeadline: {
    description: 'Moves the moment at which the node ends itself',
    roles: ['serving', 'middleware'],
    parameters: {
      DeadlineSeconds: {
        description: 'The new moment in seconds since 1970',
        allowedPattern: '^[0-9]{10}$',
      },
    },
    script: 'extend-deadline.sh',
    timeoutSeconds: 60,
  },
} as const satisfies Record<string, NodeDocument>;

export type DocumentId = keyof typeof documents;

export const documentIds = Object.keys(documents) as readonly DocumentId[];
