import type { Document } from '../../server/operation.ts';

export interface Cluster {
  readonly name: string;
  readonly arn: string;
  status: 'ACTIVE' | 'INACTIVE';
  readonly settings: Document;
  tags: readonly Document[];
}
