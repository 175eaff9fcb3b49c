import { parse, stringify } from 'yaml';
import { groupsOf } from './input-groups.ts';

/** A separate action for one operation, `org/fargate-deploy/rollback@v1`: the same bundle with fewer inputs. */
export interface SubAction {
  /** Its folder and its operation. */
  readonly operation: string;
  readonly name: string;
  readonly description: string;
  /** The name of a Feather icon, for GitHub's Marketplace. */
  readonly icon: string;
  /** Groups of inputs, as the comments of action.yml call them. */
  readonly groups: readonly string[];
}

export const subActions: readonly SubAction[] = [
  {
    operation: 'rollback',
    name: 'Fargate Rollback',
    icon: 'corner-up-left',
    description:
      'Return a service on AWS Fargate to a version that ran before, follow that deployment, and say how it ended.',
    groups: ['target', 'sign-in', 'rollback', 'allow', 'in flight', 'wait', 'failure', 'GitHub', 'record'],
  },
  {
    operation: 'continue',
    name: 'Fargate Continue',
    icon: 'play',
    description:
      'Answer a paused deployment to AWS Fargate, follow it to its end, and roll it back if it fails.',
    groups: ['target', 'sign-in', 'continue', 'allow', 'wait', 'failure', 'GitHub', 'record'],
  },
  {
    operation: 'plan',
    name: 'Fargate Plan',
    icon: 'eye',
    description: 'Show what a deployment to AWS Fargate would do, and change nothing.',
    groups: [
      'target',
      'sign-in',
      'image',
      'registry',
      'task definition',
      'service',
      'checks',
      'GitHub',
      'pull request',
    ],
  },
];

/**
 * The action.yml of a sub-action, generated from the main one so that the two can't drift apart.
 * @param action the text of action.yml
 */
export function subActionText(
  action: string,
  { operation, name, icon, description, groups }: SubAction,
): string {
  const [outputs = ''] = /^outputs:\n.*/ms.exec(action) ?? [];
  const found = new Map(groupsOf(action).map(({ name: group, text }) => [group, text]));
  const missing = groups.filter((group) => !found.has(group));
  if (missing.length > 0) throw new Error(`action.yml has no group of inputs called ${missing.join(', ')}`);
  return `# Made from ../action.yml by npm run docs; change it there.
name: ${name}
description: ${description}
author: fargate-deploy contributors
branding:
  icon: ${icon}
  color: orange

runs:
  using: node24
  main: ../dist/index.js
  post: ../dist/post.js
  post-if: always()

inputs:
  operation:
    description: Leave it as it is; it makes this action the one for ${operation}.
    default: ${operation}

${groups.map((group) => `  # ---- ${group}\n${found.get(group) ?? ''}`).join('\n\n')}

${outputs}`;
}

interface Typed {
  readonly inputs: Readonly<Record<string, object>>;
  readonly outputs: Readonly<Record<string, object>>;
}

/**
 * The action-types.yml of a sub-action: the types of the inputs and outputs that it has.
 * @param types the text of the main action-types.yml
 * @param subAction the text of the sub-action's action.yml
 */
export function subActionTypesText(types: string, subAction: string): string {
  const all = parse(types) as Typed;
  const { inputs, outputs } = parse(subAction) as Typed & { inputs: { operation: { default: string } } };
  const operation = { type: 'enum', 'allowed-values': [inputs.operation.default] };
  const typed: Typed = {
    inputs: { operation, ...typesOf(Object.keys(inputs).slice(1), all.inputs) },
    outputs: typesOf(Object.keys(outputs), all.outputs),
  };
  return `# Made from ../action-types.yml by npm run docs; change it there.\n${stringify(typed, { blockQuote: false })}`;
}

function typesOf(names: readonly string[], types: Typed['inputs']): Typed['inputs'] {
  const missing = names.filter((name) => types[name] === undefined);
  if (missing.length > 0) throw new Error(`action-types.yml has no type for ${missing.join(', ')}`);
  return Object.fromEntries(names.flatMap((name) => (types[name] ? [[name, types[name]]] : [])));
}
