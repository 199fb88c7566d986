import { existsSync } from 'node:fs';
import path from 'node:path';

/** The environment of a program with an empty home folder, without the variables by which ONNX Runtime detects automated tests. */
export const emptyHome = (home: string) => ({ PATH: process.env.PATH, HOME: home });

/** The folders in which ONNX Runtime's telemetry leaves the identifier of the machine and events that it has not sent yet. */
export const telemetryIn = (home: string): readonly string[] =>
  ['.cache', '.local'].filter((name) => existsSync(path.join(home, name)));
