import { isJsonArray, isJsonObject, type Json, type JsonObject, listIn, objectIn } from '../../text/json.ts';
import { type Answer, ok } from './check.ts';

/** The owner of the tasks that take the role: ECS passes these to IAM as `aws:SourceAccount` and in `aws:SourceArn` (documented). */
export interface TaskOwner {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

/** The owner of a service's tasks, by its ARN. Pure. */
export function ownerOf(serviceArn: string): TaskOwner {
  const [, partition = 'aws', , region = '', account = ''] = serviceArn.split(':');
  return { partition, region, account };
}

/**
 * Whether ECS's tasks may take a role by its trust policy. A statement that surely is for them decides, a denial first;
 * one whose condition (or form) only ECS and IAM can weigh leaves it open. Pure.
 */
export function judgeTrust(policy: Json | undefined, owner: TaskOwner): Answer {
  if (!isJsonObject(policy)) return { state: 'unknown', detail: 'Its trust policy cannot be read.' };
  const { Statement: statements } = policy;
  const list = isJsonArray(statements) ? statements : statements === undefined ? [] : [statements];
  const fits = list.map(objectIn).map((statement) => ({
    isDenial: statement.Effect === 'Deny',
    isFor: fit(statement, owner),
  }));
  const has = (isDenial: boolean, isFor: Fit): boolean =>
    fits.some((one) => one.isDenial === isDenial && one.isFor === isFor);
  if (has(true, 'yes')) return { state: 'wrong', detail: `Its trust policy denies it to ${service}.` };
  if (!has(false, 'yes') && !has(false, 'perhaps'))
    return { state: 'wrong', detail: `Its trust policy does not let ${service} assume it.` };
  return has(true, 'perhaps') || !has(false, 'yes')
    ? {
        state: 'unknown',
        detail: 'Its trust policy depends on a condition, or has a form, that only IAM can evaluate.',
      }
    : ok;
}

const service = 'ecs-tasks.amazonaws.com';

type Fit = 'yes' | 'perhaps' | 'no';

function fit(statement: JsonObject, owner: TaskOwner): Fit {
  if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny') return 'no';
  return weakest([fitOfAction(statement), fitOfPrincipal(statement), fitOfCondition(statement, owner)]);
}

function weakest(fits: readonly Fit[]): Fit {
  return fits.includes('no') ? 'no' : fits.includes('perhaps') ? 'perhaps' : 'yes';
}

/** Names of actions have no case, and `*` and `?` stand in them (documented). */
function fitOfAction({ Action: action, NotAction: notAction }: JsonObject): Fit {
  const names = (patterns: Json | undefined): boolean =>
    textsIn(patterns).some((pattern) => isLike('sts:assumerole', pattern.toLowerCase()));
  if (action !== undefined) return names(action) ? 'yes' : 'no';
  return notAction !== undefined && !names(notAction) ? 'yes' : 'no';
}

/** `"*"` and `{"AWS": "*"}` both mean all principals (documented). */
function fitOfPrincipal({ Principal: principal, NotPrincipal: notPrincipal }: JsonObject): Fit {
  // AWS does not document what it means for a service.
  if (notPrincipal !== undefined) return 'perhaps';
  if (principal === '*') return 'yes';
  const { AWS: accounts, Service: services } = objectIn(principal);
  if (textsIn(accounts).includes('*')) return 'yes';
  const names = textsIn(services).map((name) => name.toLowerCase());
  if (names.some((name) => ['*', service, `${service}.cn`].includes(name))) return 'yes';
  // AWS does not document its name in other partitions and regions.
  return names.some((name) => name.startsWith('ecs-tasks.')) ? 'perhaps' : 'no';
}

/** Weighs the conditions that ECS's documentation recommends, in the form that it recommends. */
function fitOfCondition({ Condition: condition }: JsonObject, owner: TaskOwner): Fit {
  const met = Object.entries(objectIn(condition)).flatMap(([operator, keys]) =>
    Object.entries(objectIn(keys)).map(([key, values]) =>
      textsIn(values).some((value) => isMet(operator, key.toLowerCase(), value, owner)),
    ),
  );
  return met.every((one) => one) ? 'yes' : 'perhaps';
}

function isMet(
  operator: string,
  key: string,
  value: string,
  { partition, region, account }: TaskOwner,
): boolean {
  if (!/^(String|Arn)(Equals|Like)(IfExists)?$/.test(operator)) return false;
  if (key === 'aws:sourceaccount') return operator.startsWith('String') && value === account;
  // ECS names the cluster, the task or something new in it: only a pattern that leaves this open is surely met.
  const wanted = `arn:${partition}:ecs:${region}:${account}:`;
  const isPattern = operator !== 'StringEquals' && operator !== 'StringEqualsIfExists';
  return key === 'aws:sourcearn' && isPattern && value.endsWith(':*') && isLike(wanted, value.slice(0, -1));
}

/** By the places of the text that the pattern can have reached, so that no pattern takes long. */
function isLike(text: string, pattern: string): boolean {
  let reached = [true, ...Array<boolean>(text.length).fill(false)];
  for (const sign of pattern) {
    const first = reached.indexOf(true);
    reached =
      sign === '*'
        ? reached.map((_, place) => first !== -1 && place >= first)
        : reached.map((_, place) => reached[place - 1] === true && ['?', text[place - 1]].includes(sign));
  }
  return reached.at(-1) === true;
}

/** Reads one text or a list of texts. */
function textsIn(value: Json | undefined): readonly string[] {
  const list = typeof value === 'string' ? [value] : listIn(value);
  return list.filter((item) => typeof item === 'string');
}
