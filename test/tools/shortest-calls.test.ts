import { servingNames } from '../../serving-configs/index.ts';
import { referenceTarget } from '../conformance/reference-target.ts';
import { useSession } from '../conformance/session.ts';
import { describeShortestCall } from '../conformance/shortest-call.ts';
import { traitsOf } from '../conformance/traits.ts';
import { assertPrograms } from './assert-programs.ts';

beforeAll(() => assertPrograms('curl', 'base64'));

describe.each(servingNames)('%s, the simulated server', (serving) => {
  describeShortestCall(useSession(serving, referenceTarget, traitsOf(serving)));
});
