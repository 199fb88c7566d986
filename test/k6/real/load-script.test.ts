// The load script and its load process on the real k6.
import { describeEngine } from '../describe-engine.ts';
import { installedK6 } from './installed-k6.ts';

jest.setTimeout(30_000);

describeEngine('k6', installedK6, 2);
