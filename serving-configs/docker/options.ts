import path from 'node:path';
import { parseArgs } from 'node:util';
import { servingNames, type ServingName } from '../index.ts';
import { readServingName } from '../reference/options.ts';
import { UsageError } from '../reference/usage-error.ts';

export const HELP = `Runs the container of one serving on this machine, on loopback, until SIGTERM.

usage: main.ts --serving ID --image IMAGE --models DIR [options]

  --serving ID     one of ${servingNames.join(', ')}
  --image IMAGE    reference with a digest: NAME@sha256:…
  --models DIR     where the models of all platforms lie
  --port N         0 for any free one (default: any free one)
  --grpc-port N    the same for gRPC
`;

export interface DockerOptions {
  readonly serving: ServingName;
  readonly image: string;
  readonly modelsFolder: string;
  /** 0: any free one. */
  readonly port: number;
  /** Of gRPC, where the serving speaks it. */
  readonly grpcPort: number;
}

const SEE_HELP = 'see --help';

const portOf = (name: string, text: string): number => {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= 0 && value <= 65_535) return value;
  throw new UsageError(`--${name} is "${text}"`, 'pass a whole number from 0 to 65535');
};

const demanded = (name: string, value: string | undefined): string => {
  if (value !== undefined && value !== '') return value;
  throw new UsageError(`--${name} is missing`, SEE_HELP);
};

/**
 * Reads the command line of main.ts.
 * @returns `help` where that was asked for.
 * @throws UsageError where it cannot run like that.
 */
export const readOptions = (args: readonly string[]): DockerOptions | 'help' => {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        serving: { type: 'string' },
        image: { type: 'string' },
        models: { type: 'string' },
        port: { type: 'string', default: '0' },
        'grpc-port': { type: 'string', default: '0' },
        help: { type: 'boolean', default: false },
      },
    }));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new UsageError(message, SEE_HELP, { cause: error });
  }
  if (values.help) return 'help';
  return {
    serving: readServingName(demanded('serving', values.serving)),
    image: demanded('image', values.image),
    modelsFolder: path.resolve(demanded('models', values.models)),
    port: portOf('port', values.port),
    grpcPort: portOf('grpc-port', values['grpc-port']),
  };
};
