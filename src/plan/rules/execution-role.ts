import { containersOf, type TaskDefinitionDocument } from '../../task-definition/document.ts';
import { listIn, objectIn, wordIn } from '../../text/json.ts';
import { containerPlace, isEmpty, type Rule } from './rule.ts';

/**
 * ECS needs the execution role for some features of containers, so it has to be set (documented; ECS says e.g.
 * "Fargate requires task definition to have execution role ARN to support ECR images.").
 */
export const executionRoleRule: Rule<TaskDefinitionDocument> = {
  name: 'execution-role',
  check: (document) => {
    if (wordIn(document.executionRoleArn) !== '') return [];
    const needs = containersOf(document).flatMap((container, index) => {
      const place = containerPlace(container, index);
      const logging = objectIn(container.logConfiguration);
      return [
        ...(isOfEcr(wordIn(container.image)) ? [`${place}.image is in ECR`] : []),
        ...(logging.logDriver === 'awslogs' ? [`${place} logs to CloudWatch`] : []),
        ...(listIn(container.secrets).length + listIn(logging.secretOptions).length > 0
          ? [`${place} has secrets`]
          : []),
        ...(listIn(container.environmentFiles).length > 0 ? [`${place} has environment files`] : []),
        ...(isEmpty(container.repositoryCredentials) ? [] : [`${place} has repositoryCredentials`]),
      ];
    });
    if (needs.length === 0) return [];
    return [
      {
        place: 'executionRoleArn',
        message: `There is no executionRoleArn, which Fargate needs here: ${needs.join('; ')}.`,
        fix: 'Set executionRoleArn, or the input execution-role-arn, to a role with AmazonECSTaskExecutionRolePolicy.',
      },
    ];
  },
};

/** Private registries of ECR, in all partitions. */
function isOfEcr(image: string): boolean {
  return /^\d{12}\.dkr[.-]ecr(-fips)?\./.test(image);
}
