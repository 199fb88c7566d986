import { describeContainers } from './describe-containers.ts';

describeContainers('build');
