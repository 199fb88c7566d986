/**
 * Turns off the telemetry of ONNX Runtime. Its package for Linux reports every session over the network from a thread of its own and
 * leaves an identifier in the home folder, which would disturb measurements. It reads this variable once, when it is loaded
 * (https://github.com/microsoft/onnxruntime/pull/27379).
 *
 * Import this file first, and in the main thread: a worker thread changes only its own copy of the environment.
 */
process.env['ORT_DISABLE_TELEMETRY'] = '1';
