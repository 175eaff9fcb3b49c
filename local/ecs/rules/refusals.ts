import { AwsError } from '../../server/operation.ts';

// AWS's exception names and texts. Seen in emulators and users' reports; where none was found the text is ours.

export const clientError = (message: string): AwsError => new AwsError('ClientException', message);

export const invalidParameter = (message: string): AwsError =>
  new AwsError('InvalidParameterException', message);

export const clusterNotFound = (): AwsError => new AwsError('ClusterNotFoundException', 'Cluster not found.');

export const serviceNotFound = (): AwsError => new AwsError('ServiceNotFoundException', 'Service not found.');

export const serviceNotActive = (): AwsError =>
  new AwsError('ServiceNotActiveException', 'Service was not ACTIVE.');

/** `resourceIds` names what is in the way. */
export const conflict = (message: string, resourceIds: string[]): AwsError =>
  new AwsError('ConflictException', message, 400, { resourceIds });

export const unsupportedFeature = (message: string): AwsError =>
  new AwsError('UnsupportedFeatureException', message);
