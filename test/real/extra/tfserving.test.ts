import { describeServing } from '../../conformance/describe-serving.ts';
import { tfserving } from '../../serving-configs/platforms/tfserving/traits.ts';
import { realTarget } from '../real-target.ts';

describeServing('tfserving', realTarget, tfserving);
