import { describeServing } from '../../conformance/describe-serving.ts';
import { mlserver } from '../../serving-configs/platforms/mlserver/traits.ts';
import { realTarget } from '../real-target.ts';

describeServing('mlserver', realTarget, mlserver);
