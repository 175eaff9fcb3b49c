import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as ecr from '@aws-sdk/client-ecr';
import * as ecs from '@aws-sdk/client-ecs';
import * as elb from '@aws-sdk/client-elastic-load-balancing-v2';
import * as secretsmanager from '@aws-sdk/client-secrets-manager';
import * as sts from '@aws-sdk/client-sts';
import { NormalizedSchema } from '@smithy/core/schema';
import type { StaticErrorSchema, StaticOperationSchema } from '@smithy/types';
import { accountSchemas } from './account-schemas.ts';
import { AwsError } from './operation.ts';
import { type Shape, shapeOf } from './shape.ts';

export type ServiceName = 'ecs' | 'ecr' | 'logs' | 'elbv2' | 'sts' | 'iam' | 'secretsmanager' | 'ssm';

/** How a service is spoken to and what its newest SDK says of its documents. */
export interface AwsService {
  readonly name: ServiceName;
  /** What its actions are called in a policy, e.g. `ecs:UpdateService`. */
  readonly actionPrefix: string;
  readonly protocol: 'json' | 'query';
  /** JSON: what `X-Amz-Target` starts with. Query: the API's version. */
  readonly target: string;
  /** XML namespace of a Query service's replies. */
  readonly namespace?: string;
  /** The service's answer to a required member that is missing. */
  readonly missingMember: (operation: string, path: string) => AwsError;
  readonly schemas: Readonly<Record<string, unknown>>;
}

/** The input and output of an operation; undefined when the service has none of that name. */
export function operationShapes(
  service: AwsService,
  operation: string,
): { readonly input: Shape; readonly output: Shape } | undefined {
  const schema = service.schemas[`${operation}$`];
  if (!isOperation(schema)) return undefined;
  const [, , , , input, output] = schema;
  return { input: shapeOf(input), output: shapeOf(output) };
}

/** Code and HTTP status that the Query protocol has for an exception of the schema. */
export function queryError(
  service: AwsService,
  exception: string,
): { code: string; status: number } | undefined {
  const schema = service.schemas[`${exception}$`];
  if (!isError(schema)) return undefined;
  const traits: object = NormalizedSchema.of(schema).getMergedTraits();
  if (!('awsQueryError' in traits) || !Array.isArray(traits.awsQueryError)) return undefined;
  const [code, status]: unknown[] = traits.awsQueryError;
  return { code: String(code), status: Number(status) };
}

/** What a client of the SDK exports below names that end in `$`. */
function isOperation(schema: unknown): schema is StaticOperationSchema {
  return Array.isArray(schema) && schema[0] === 9;
}

function isError(schema: unknown): schema is StaticErrorSchema {
  return Array.isArray(schema) && schema[0] === -3;
}

export const services: readonly AwsService[] = [
  {
    name: 'ecs',
    actionPrefix: 'ecs',
    protocol: 'json',
    target: 'AmazonEC2ContainerServiceV20141113.',
    // ECS does not document which exception a missing member gives. In logs RegisterTaskDefinition answers
    // ClientException `Container.name should not be null or empty.`; for the others our choice.
    missingMember: (operation, path) =>
      new AwsError(
        operation === 'RegisterTaskDefinition' ? 'ClientException' : 'InvalidParameterException',
        `${path.charAt(0).toUpperCase()}${path.slice(1)} should not be null or empty.`,
      ),
    schemas: ecs,
  },
  {
    name: 'ecr',
    actionPrefix: 'ecr',
    protocol: 'json',
    target: 'AmazonEC2ContainerRegistry_V20150921.',
    missingMember: (_operation, path) =>
      new AwsError(
        'InvalidParameterException',
        `Invalid parameter at '${path}' failed to satisfy constraint: 'must not be null'`,
      ),
    schemas: ecr,
  },
  {
    name: 'logs',
    actionPrefix: 'logs',
    protocol: 'json',
    target: 'Logs_20140328.',
    missingMember: (_operation, path) => new AwsError('InvalidParameterException', nullValue(path)),
    schemas: logs,
  },
  {
    name: 'elbv2',
    actionPrefix: 'elasticloadbalancing',
    protocol: 'query',
    target: '2015-12-01',
    namespace: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/',
    missingMember: (_operation, path) => new AwsError('ValidationError', nullValue(path)),
    schemas: elb,
  },
  {
    name: 'sts',
    actionPrefix: 'sts',
    protocol: 'query',
    target: '2011-06-15',
    namespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    missingMember: (_operation, path) => new AwsError('ValidationError', nullValue(path)),
    schemas: sts,
  },
  {
    name: 'iam',
    actionPrefix: 'iam',
    protocol: 'query',
    target: '2010-05-08',
    namespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
    missingMember: (_operation, path) => new AwsError('ValidationError', nullValue(path)),
    schemas: accountSchemas.iam,
  },
  {
    name: 'secretsmanager',
    actionPrefix: 'secretsmanager',
    protocol: 'json',
    target: 'secretsmanager.',
    missingMember: (_operation, path) => new AwsError('ValidationException', nullValue(path)),
    schemas: secretsmanager,
  },
  {
    name: 'ssm',
    actionPrefix: 'ssm',
    protocol: 'json',
    target: 'AmazonSSM.',
    missingMember: (_operation, path) => new AwsError('ValidationException', nullValue(path)),
    schemas: accountSchemas.ssm,
  },
];

function nullValue(path: string): string {
  const member = `${path.charAt(0).toLowerCase()}${path.slice(1)}`;
  return `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`;
}
