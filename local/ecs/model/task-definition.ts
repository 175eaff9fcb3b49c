import type { Document } from '../../server/operation.ts';

/** One revision: the document of DescribeTaskDefinition and, beside it, its tags. */
export interface TaskDefinition {
  readonly arn: string;
  readonly family: string;
  readonly revision: number;
  document: Document;
  tags: readonly Document[];
}

export function isActive(definition: TaskDefinition): boolean {
  return definition.document['status'] === 'ACTIVE';
}
