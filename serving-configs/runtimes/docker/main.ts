/**
 * Runs the container of one serving on this machine until SIGTERM, SIGINT or the end of its parent process:
 * `node serving-configs/runtimes/docker/main.ts --serving ID --image IMAGE --models DIR --accelerator cpu`. With
 * `--tensor-model FILE` instead of `--models`, it serves a user's model. Prints one line of JSON when the model answers. Exits
 * with 3 if the Docker daemon does not answer.
 */
import { runServing } from '../run-serving.ts';
import { DockerProblem } from './docker.ts';
import { readMainOptions } from './options.ts';
import { startContainer } from './start-container.ts';

const DAEMON_IS_GONE = 3;

// The user inside the container differs from ours and must be able to read files written for it.
process.umask(0o022);

runServing(
  (stopping, orphaned) =>
    startContainer(readMainOptions(process.argv.slice(2)), stopping, orphaned),
  (error) => (error instanceof DockerProblem && error.daemonIsGone ? DAEMON_IS_GONE : 2),
);
