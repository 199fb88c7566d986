/**
 * Runs the container of one serving on this machine until SIGTERM, SIGINT or the end of its parent:
 * `node serving-configs/runtimes/docker/main.ts --serving ID --image IMAGE --models DIR --accelerator cpu`, or with
 * `--tensor-model FILE` a user's model. Prints
 * one line of JSON when its model answers. Ends with 3 where the Docker daemon does not answer.
 */
import { runServing } from '../run-serving.ts';
import { DockerProblem } from './docker.ts';
import { readMainOptions } from './options.ts';
import { startContainer } from './start-container.ts';

const DAEMON_IS_GONE = 3;

// The user of an image is another one, and reads what is written for the container.
process.umask(0o022);

runServing(
  (stopping, orphaned) =>
    startContainer(readMainOptions(process.argv.slice(2)), stopping, orphaned),
  (error) => (error instanceof DockerProblem && error.daemonIsGone ? DAEMON_IS_GONE : 2),
);
