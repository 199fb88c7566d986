import { servingNames } from '../../../serving-configs/index.ts';
import { PROTOCOLS } from '../../../serving-configs/manifest.ts';
import { choice, file, integer } from '../../../serving-configs/options/kinds.ts';
import { planOptions, servingKind } from '../plan/command-line.ts';
import { command } from './command.ts';
import { config, images, json, processes, runtime } from './options.ts';

const [first = '', second = ''] = servingNames;

/** Runs one serving and the middleware until Ctrl-C, after which the exit code is 0. */
export const serve = command({
  description:
    'Starts SERVING with the middleware in front of it and prints a working curl command; with a model of your own also the command that measures it as a running server. Ends with Ctrl-C.',
  words: ['serving'],
  options: {
    serving: {
      kind: servingKind,
      description: 'the serving to start',
      required: true,
    },
    runtime,
    config,
    engine: {
      kind: planOptions.engine.kind,
      description: planOptions.engine.description,
      default: 'onnx',
    },
    protocol: {
      kind: choice('protocol', PROTOCOLS),
      description: 'protocol of the curl command: rest or grpc',
      default: 'rest',
    },
    port: {
      kind: integer(0, 65_535),
      description: 'port of the middleware; 0 takes a free one',
      default: 3000,
    },
    processes,
    images,
    model: {
      kind: file(),
      description: 'a description from "npx serving-compare init", or a trained ResNet-50 as ONNX',
      defaultText: 'random weights',
    },
    json,
  },
  examples: [
    `npx serving-compare serve ${first}`,
    `npx serving-compare serve ${second} --engine noop --port 0`,
    `npx serving-compare serve ${first} --runtime venv --protocol grpc`,
    `npx serving-compare serve ${first} --runtime venv --model model.yaml`,
  ],
  exitCodes: '0 ended by Ctrl-C; 2 could not start or a process ended by itself',
  run: async (values, context) =>
    (await import('./start-serving.ts')).serveUntilInterrupted(values, context),
});
