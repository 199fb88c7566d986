/**
 * Computes the answers of a model to a folder of requests directly, without a server. The answers of servings are checked against them.
 * Prints one JSON document with the best classes of images for each target, or writes the bodies of the answers to a folder.
 * Fails if the first answer differs when it is computed again.
 * `node serving-configs/reference/direct.ts --requests DIR --targets '[{"serving":"…","payload":"tensor"}]'`
 * `node serving-configs/reference/direct.ts --model FILE.onnx --requests DIR --answers DIR`
 */
import './onnx/no-telemetry.ts';
import { computeDirect, readDirectOptions } from './direct-answers.ts';
import { printDocument } from './print-document.ts';

printDocument((args) => computeDirect(readDirectOptions(args)));
