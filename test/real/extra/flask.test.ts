import { describeServing } from '../../conformance/describe-serving.ts';
import { flask } from '../../serving-configs/platforms/flask/traits.ts';
import { realTarget } from '../real-target.ts';

describeServing('flask', realTarget, flask);
