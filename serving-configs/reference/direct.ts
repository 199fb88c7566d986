/**
 * Computes the answers to a folder of images without any protocol, for the check of the answers that come through one:
 * `node serving-configs/reference/direct.ts --images DIR --targets '[{"serving":"…","payload":"tensor"}]'`.
 * Prints one JSON document.
 */
import './onnx/no-telemetry.ts';
import { computeDirect, readDirectOptions } from './direct-answers.ts';
import { printDocument } from './print-document.ts';

printDocument((args) => computeDirect(readDirectOptions(args)));
