/**
 * ONNX Runtime's package for Linux tells its maker about every session, from a thread of its own and over the network, and
 * leaves an identifier in the home folder. In something that measures, that has no place. It looks at this variable once,
 * when it is loaded, and does nothing of that then (https://github.com/microsoft/onnxruntime/pull/27379).
 *
 * To be imported first, and in the main thread: a worker changes only its own copy of the environment.
 */
process.env['ORT_DISABLE_TELEMETRY'] = '1';
