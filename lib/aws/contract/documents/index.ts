import { SETTINGS_ID } from '../../../../serving-configs/settings.ts';
import { RUN_ID_PATTERN } from '../run-keys.ts';
import type { NodeDocument } from './content.ts';

const servingParameter = {
  description: 'Id of the serving, as in the manifests',
  allowedPattern: '^[a-z][a-z0-9_]{0,39}$',
} as const;

const engineParameter = {
  description:
    'onnx: the model; noop: a server with the same protocol that answers at once; delay: one that answers after a known time',
  allowedPattern: '^(onnx|noop|delay)$',
  default: 'onnx',
} as const;

const delayParameter = {
  description:
    'Time that the engine delay takes for a request, in milliseconds, one request at a time; otherwise empty',
  allowedPattern: '^([1-9][0-9]{0,3})?$',
  default: '',
} as const;

const delayPerInputParameter = {
  description:
    'What each input of a batch adds to that time, in milliseconds; empty: there are no batches',
  allowedPattern: delayParameter.allowedPattern,
  default: '',
} as const;

const settingsParameter = {
  description:
    'Settings of the serving, such as i2-t1-b8-d5: instances, threads, largest batch, delay of batches in milliseconds; default: as its product is; empty: one request at a time',
  allowedPattern: `^(${SETTINGS_ID.source.slice(1, -1)})?$`,
  default: '',
} as const;

const modelParameter = {
  description:
    "A user's model: id of its run, and SHA-256 of its checksum file in the bucket; empty: ResNet-50",
  allowedPattern: `^(${RUN_ID_PATTERN.slice(1, -1)}/[0-9a-f]{64})?$`,
  default: '',
} as const;

const runIdParameter = {
  description: 'Id of the run: lowercase letters, digits and hyphens',
  allowedPattern: RUN_ID_PATTERN,
} as const;

/** Empty, or milliseconds since 1970. */
const EPOCH_MS_PATTERN = '^([0-9]{13})?$';

/** The documents of a deployment. Their logic is in the scripts that they call. */
export const documents = {
  StartServing: {
    description: 'Stops the running serving, starts another and returns when it is ready',
    roles: ['serving'],
    parameters: {
      Serving: servingParameter,
      Engine: engineParameter,
      DelayMs: delayParameter,
      DelayPerInputMs: delayPerInputParameter,
      Settings: settingsParameter,
      Model: modelParameter,
    },
    script: 'start-serving.sh',
    timeoutSeconds: 900,
  },
  StopServing: {
    description: 'Stops the running serving, if any',
    roles: ['serving'],
    parameters: {},
    script: 'stop-serving.sh',
    timeoutSeconds: 120,
  },
  InspectServing: {
    description:
      'Prints the state of the serving and the resource use of the node in a window, as one line of JSON',
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
        description: 'Number of parts of the window for which memory is reported, or empty',
        allowedPattern: '^([1-9][0-9]?)?$',
        default: '',
      },
    },
    script: 'inspect-serving.sh',
    timeoutSeconds: 60,
  },
  DisturbServing: {
    description: 'Kills or pauses the busiest process of the serving at a given time',
    roles: ['serving'],
    parameters: {
      Fault: {
        description: 'kill-worker: SIGKILL; pause-worker: SIGSTOP, then SIGCONT',
        allowedPattern: '^(kill|pause)-worker$',
      },
      AtMs: {
        description: 'The time in milliseconds since 1970',
        allowedPattern: '^[0-9]{13}$',
      },
      ForMs: {
        description: 'How long a pause lasts, and how late the fault may be, in milliseconds',
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
          'Numbers of the pairs, which take the repeats of the plan in turn unless the request of the run in the bucket shares them, for example 1,2',
        allowedPattern: '^[1-9][0-9]?(,[1-9][0-9]?){0,19}$',
        default: '1',
      },
      Options: {
        description:
          'Options of "npx serving-compare run", for example --profile full --levels 1,8; the default seed depends on the run id; empty: as in the request of the run in the bucket, if there is one',
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
    description: 'Ends a run and keeps all finished measurements',
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
    description: 'Changes the time at which the node ends itself',
    roles: ['serving', 'middleware'],
    parameters: {
      DeadlineSeconds: {
        description: 'The new time in seconds since 1970',
        allowedPattern: '^[0-9]{10}$',
      },
    },
    script: 'extend-deadline.sh',
    timeoutSeconds: 60,
  },
} as const satisfies Record<string, NodeDocument>;

export type DocumentId = keyof typeof documents;

export const documentIds = Object.keys(documents) as readonly DocumentId[];
