import {
  platformOf,
  runningServerOf,
  type PlatformName,
  type ServingName,
} from '../../serving-configs/index.ts';
import * as codecs from './codecs.ts';
import { runningServerCodecs } from './running-server.ts';
import type { ServingCodecs } from './serving.ts';

/** A platform with a manifest but without its codecs does not compile. */
const codecsByPlatform: Readonly<Record<PlatformName, ServingCodecs>> = codecs;

/** How to talk to a serving. */
export const codecOf = (serving: ServingName): ServingCodecs => {
  const server = runningServerOf(serving);
  return server === undefined ? codecsByPlatform[platformOf(serving)] : runningServerCodecs(server);
};
