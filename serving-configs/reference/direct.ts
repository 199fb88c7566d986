/**
 * Computes the answers to a folder of images directly, without a server, and prints them as one JSON document. The answers of servings
 * are checked against them.
 * `node serving-configs/reference/direct.ts --images DIR --targets '[{"serving":"…","payload":"tensor"}]'`
 */
import './onnx/no-telemetry.ts';
import { computeDirect, readDirectOptions } from './direct-answers.ts';
import { printDocument } from './print-document.ts';

printDocument((args) => computeDirect(readDirectOptions(args)));
