import { describeServing } from '../../conformance/describe-serving.ts';
import { mms } from '../../serving-configs/platforms/mms/traits.ts';
import { realTarget } from '../real-target.ts';

describeServing('mms', realTarget, mms);
