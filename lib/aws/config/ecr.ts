import type { DeploymentConfig } from './config.ts';

/** A private registry of Amazon ECR, which needs a login: its account and its region. */
export interface EcrRegistry {
  /** `123456789012.dkr.ecr.eu-west-1.amazonaws.com` */
  readonly host: string;
  readonly account: string;
  readonly region: string;
}

const ECR = /^((\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?)(?:\/(.*))?$/;

/** The registry of ECR in the name of an image or of a mirror; undefined if it is somewhere else. */
export const ecrRegistryOf = (name: string): EcrRegistry | undefined => {
  const [, host, account = '', region = ''] = ECR.exec(name) ?? [];
  return host === undefined ? undefined : { host, account, region };
};

/** A repository of ECR, or all in a folder: `mirror/*`. */
export interface EcrRepositories extends EcrRegistry {
  readonly repositories: string;
}

/** The repositories of ECR from which the serving nodes pull images. */
export const ecrRepositoriesOf = ({
  registry,
  images,
}: Pick<DeploymentConfig, 'registry' | 'images'>): readonly EcrRepositories[] => {
  // The names that a mirror has below its folder are those of the official images.
  const names = [...(registry === undefined ? [] : [`${registry}/*`]), ...Object.values(images)];
  return names.flatMap((name) => {
    const found = ecrRegistryOf(name);
    const path = ECR.exec(name)?.[4] ?? '';
    return found === undefined ? [] : { ...found, repositories: path.replace(/[:@].*$/, '') };
  });
};
