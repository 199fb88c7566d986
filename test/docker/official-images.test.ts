import { describeContainers } from './describe-containers.ts';

describeContainers('pull');
